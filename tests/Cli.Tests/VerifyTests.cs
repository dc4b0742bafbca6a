using System.Text.Json;
using Microsoft.Data.Sqlite;

namespace JobRequests.Cli.Tests;

public sealed class VerifyTests : IDisposable
{
    private const string Won = """{"job":"j1","op":"accept","caller":"ann","key":"a1","start":1,"end":2,"outcome":"SUCCESS","version":2}""";
    private const string Lost =
        """{"job":"j1","op":"accept","caller":"bob","key":"b1","start":1,"end":3,"outcome":"FAIL","version":2,"code":"ALREADY_ACCEPTED"}""";
    private const string AlsoWon = """{"job":"j1","op":"accept","caller":"bob","key":"b1","start":4,"end":5,"outcome":"SUCCESS","version":2}""";

    private readonly string _folder = Directory.CreateTempSubdirectory("jobctl-verify-").FullName;
    private readonly Jobctl _jobctl = new();

    public VerifyTests()
    {
        // Servers of other tests are none of these.
        foreach (var variable in (string[])["KAFKA", "MONGO_URL", "ConnectionStrings__kafka", "ConnectionStrings__mongodb"]) _jobctl[variable] = null;
    }

    public void Dispose()
    {
        _jobctl.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task A_history_without_violations_ends_with_0()
    {
        var run = await _jobctl.RunAsync("verify", "--history", History(Won, Lost));

        Assert.Equal((0, ""), (run.Code, run.Error));
        Assert.Contains("No invariant is violated.", run.Output);
        Assert.Contains("1 jobs, 0 documents, 0 views, 0 records, 2 calls", run.Output);
    }

    [Fact]
    public async Task Violations_are_printed_with_evidence_and_exit_code_1()
    {
        var run = await _jobctl.RunAsync("verify", "--history", History(Won, Lost, AlsoWon));

        Assert.Equal(1, run.Code);
        Assert.Contains("I1  job j1  version 2  by bob  key b1", run.Output);
        Assert.Contains("I2  job j1  version 2  by bob  key b1", run.Output);
        Assert.Contains("call: accept by ann, key a1 -> SUCCESS at version 2, 1 to 2", run.Output);
        Assert.Contains("2 violations.", run.Output);
    }

    [Fact]
    public async Task Json_is_one_object_and_nothing_else()
    {
        var run = await _jobctl.RunAsync("verify", "--json", "--history", History(Won, Lost, AlsoWon));

        var report = JsonDocument.Parse(run.Output).RootElement;
        Assert.Equal((1, 18, false), (run.Code, report.GetProperty("violations").EnumerateObject().Count(), report.GetProperty("isClean").GetBoolean()));
        var first = report.GetProperty("first").EnumerateArray().Single(violation => violation.GetProperty("invariant").GetString() == "I1");
        Assert.Equal("b1", first.GetProperty("key").GetString());
    }

    [Fact]
    public async Task An_unreadable_source_is_named_with_exit_code_2()
    {
        var missing = await _jobctl.RunAsync("verify", "--data", _folder);
        Assert.Equal(2, missing.Code);
        Assert.Contains(Path.Combine(_folder, "jobs.db"), missing.Error);
        Assert.Empty(Directory.GetFiles(_folder));

        await File.WriteAllTextAsync(Path.Combine(_folder, "jobs.db"), new string('x', 10_000));
        var foreign = await _jobctl.RunAsync("verify", "--data", _folder);
        Assert.Equal(2, foreign.Code);
        Assert.Contains("not made by this software", foreign.Error);

        var history = await _jobctl.RunAsync("verify", "--history", History(Won, "no json"));
        Assert.Equal(2, history.Code);
        Assert.Contains("Line 2", history.Error);

        _jobctl["KAFKA"] = "127.0.0.1:1";
        var unsigned = await _jobctl.RunAsync("verify");
        Assert.Equal(2, unsigned.Code);
        Assert.Contains("Records:Secrets:1", unsigned.Error);
    }

    [Fact]
    public async Task A_folder_of_another_program_is_not_touched()
    {
        var file = Path.Combine(_folder, "jobs.db");
        using (var connection = new SqliteConnection($"Data Source={file};Pooling=False"))
        {
            connection.Open();
            using var command = connection.CreateCommand();
            command.CommandText = "CREATE TABLE mine (id INTEGER)";
            command.ExecuteNonQuery();
        }

        var before = await File.ReadAllBytesAsync(file);
        Assert.Equal(2, (await _jobctl.RunAsync("verify", "--data", _folder)).Code);
        Assert.Equal(before, await File.ReadAllBytesAsync(file));
    }

    [Fact]
    public async Task Arguments_that_make_no_sense_end_with_64()
    {
        Assert.Equal(64, (await _jobctl.RunAsync("verify")).Code);
        Assert.Equal(64, (await _jobctl.RunAsync("verify", "--data", _folder, "--settings", "appsettings.json")).Code);
        Assert.Equal(64, (await _jobctl.RunAsync("verify", "--history", History(Won), "--watch", "0")).Code);
    }

    private string History(params string[] lines)
    {
        var file = Path.Combine(_folder, $"{Guid.NewGuid():N}.jsonl");
        File.WriteAllLines(file, lines);
        return file;
    }
}
