using JobRequests.Testing.Stub;

namespace JobRequests.Cli.Tests;

public sealed class FileTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("jobctl-files-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task A_CSV_file_names_members_in_its_first_row()
    {
        var file = Write("jobs.csv", """
            title,candidates,tasks,place,point,startsAt,metadata.team,description
            Windows,ann;bob,roof=the roof;doors,Quay 3,"53.5,9.9",2030-01-01T08:00Z,night,"two
            lines"
            #2 Doors,ann bob
            ,,,,,,,
            """);
        await using var gateway = await StubGateway.StartAsync(Answer.Lines(Answer.Created(1), Answer.Created(2)));
        using var jobctl = new Jobctl(gateway);

        var run = await jobctl.RunAsync("create", "--file", file, "--as", "zoe");

        Assert.Equal((0, "Created 2 jobs.", ""), (run.Code, run.Output.TrimEnd(), run.Error));
        Assert.Equal(
            """
            {"candidates":["ann","bob"],"tasks":[{"id":"roof","name":"the roof"},{"id":"t2","name":"doors"}],"title":"Windows","description":"two\nlines","place":{"text":"Quay 3","latitude":53.5,"longitude":9.9},"startsAt":"2030-01-01T08:00:00+00:00","metadata":{"team":"night"}}
            {"candidates":["ann","bob"],"tasks":[],"title":"#2 Doors"}
            """, Assert.Single(gateway.Seen).Body);
    }

    [Fact]
    public async Task The_same_command_goes_on_until_every_job_is_created()
    {
        var file = Write("jobs.ndjson", """{"candidates":["ann"]}""", "", """{"candidates":["ann","ann"]}""");
        await using var gateway = await StubGateway.StartAsync(
            Answer.Lines(Answer.Created(1), Answer.NotCreated(2, 400, "VALIDATION", field: "candidates[1]")),
            Answer.Lines(Answer.Created(1, replayed: true), Answer.Created(2)), Answer.Lines(Answer.Created(1), Answer.Created(2)));
        using var jobctl = new Jobctl(gateway);
        string[] command = ["create", "--file", file, "--as", "zoe"];

        var first = await jobctl.RunAsync(command);
        var second = await jobctl.RunAsync(command);
        await jobctl.RunAsync(command);

        Assert.Equal((4, $"{file} line 3: candidates[1]: is a duplicate"), (first.Code, first.Error.TrimEnd()));
        Assert.Equal("Created 1 jobs. 1 were not created: correct them in their places, and run the same command again.", first.Output.TrimEnd());
        Assert.Equal((0, "Created 1 jobs. 1 were created by an earlier run."), (second.Code, second.Output.TrimEnd()));
        Assert.Equal(gateway.Seen[0].Key, gateway.Seen[1].Key);
        Assert.NotEqual(gateway.Seen[1].Key, gateway.Seen[2].Key);
    }

    [Fact]
    public async Task A_line_that_moved_is_not_sent()
    {
        const string Refused = """{"candidates":["ann","ann"]}""", Second = """{"candidates":["bob"]}""";
        var file = Write("jobs.ndjson", Refused, Second);
        await using var gateway = await StubGateway.StartAsync(
            Answer.Lines(Answer.NotCreated(1, 400, "VALIDATION", field: "candidates[1]"), Answer.Created(2)),
            Answer.Lines(Answer.Created(1), Answer.Created(2)), Answer.Lines(Answer.NotCreated(1, 400, "VALIDATION"), Answer.Created(2)),
            Answer.Lines(Answer.Created(1), Answer.Created(2, replayed: true), Answer.Created(3)));
        using var jobctl = new Jobctl(gateway);
        await RunAsync(file);

        Write("jobs.ndjson", Second, """{"candidates":["cid"]}""");
        var moved = await RunAsync(file);
        var anew = await RunAsync(file, "--key", "anew");

        Assert.Equal(64, moved.Code);
        Assert.StartsWith($"{file} line 2: job 2 is not the one that was sent before.", moved.Error);
        Assert.Equal(0, anew.Code);
        Assert.Equal("anew", gateway.Seen[1].Key);

        // What is refused may be corrected in its place, and others may follow.
        file = Write("more.ndjson", Refused, Second);
        await RunAsync(file);
        Write("more.ndjson", """{"candidates":["ann"]}""", "", Second, """{"candidates":["cid"]}""");
        Assert.Equal((0, gateway.Seen[2].Key), ((await RunAsync(file)).Code, gateway.Seen[3].Key));

        Task<Run> RunAsync(string path, params string[] more) => jobctl.RunAsync(["create", "--file", path, "--as", "zoe", .. more]);
    }

    [Fact]
    public async Task A_line_that_moves_others_into_another_call_is_refused()
    {
        var file = Write("jobs.ndjson", JobOf(10), JobOf(4_900_000), JobOf(20));
        await using var gateway = await StubGateway.StartAsync(
            Answer.Lines(Answer.NotCreated(1, 400, "VALIDATION"), Answer.Created(2), Answer.Created(3)));
        using var jobctl = new Jobctl(gateway);
        string[] command = ["create", "--file", file, "--as", "zoe"];
        await jobctl.RunAsync(command);

        Write("jobs.ndjson", JobOf(200_000), JobOf(4_900_000), JobOf(20));
        var moved = await jobctl.RunAsync(command);

        Assert.Equal(64, moved.Code);
        Assert.StartsWith($"{file} line 2: ", moved.Error);
        Assert.Single(gateway.Seen);

        static string JobOf(int length) => $$"""{"candidates":["ann"],"description":"{{new string('x', length)}}"}""";
    }

    [Fact]
    public async Task A_file_with_a_wrong_line_is_not_sent()
    {
        using var jobctl = new Jobctl();
        var lines = Write("jobs.ndjson", """{"candidates":["ann"]}""", """{"candidates":["ann"],"titel":"x"}""", """{"candidates":"ann"}""", "{");
        var rows = Write("jobs.csv", "candidates,startsAt,point", "ann,tomorrow,1", "bob,,,x", "\"eve\"s,,");
        var columns = Write("other.csv", "people,title", "ann,x");

        var (ndjson, csv, unknown, none) = (await RunAsync(lines), await RunAsync(rows), await RunAsync(columns), await RunAsync(Write("no.csv", "title")));

        Assert.Equal(
            [$"{lines} line 2: titel is unknown, or not of its form", $"{lines} line 3: candidates is unknown, or not of its form", $"{lines} line 4: it is",
                "Nothing was sent."],
            ndjson.Select((line, index) => line[..Math.Min(line.Length, (index == 2 ? $"{lines} line 4: it is" : line.Split(" (position")[0]).Length)]));
        Assert.Equal($"{rows} row 2, startsAt: 'tomorrow' is not a valid time (expected 2026-11-23T18:00:00Z).", csv[0]);
        Assert.StartsWith($"{rows} row 2, point: '1' is not a point", csv[1]);
        Assert.StartsWith($"{rows} row 3: it has more cells than the first row", csv[2]);
        Assert.StartsWith($"{rows} row 4: ", csv[3]);
        Assert.StartsWith($"{columns}: there is no column 'people'. Columns are candidates, tasks", unknown[0]);
        Assert.EndsWith("no.csv has no jobs.", none[0]);
        Assert.Equal(64, (await jobctl.RunAsync("create", "ann", "--file", rows)).Code);

        async Task<string[]> RunAsync(string file)
        {
            var run = await jobctl.RunAsync("create", "--file", file, "--as", "zoe");
            Assert.Equal(64, run.Code);
            return run.Error.TrimEnd().Split('\n');
        }
    }

    [Fact]
    public async Task Ctrl_C_says_how_to_go_on()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "There is no SIGINT to send on Windows.");
        await using var gateway = await StubGateway.StartAsync(Answer.Silence(), Answer.Lines(Answer.Created(1)));
        using var jobctl = new Jobctl(gateway);
        string[] command = ["create", "--file", Write("jobs.ndjson", """{"candidates":["ann"]}"""), "--as", "zoe"];
        using var process = jobctl.Start(command);
        await gateway.ArrivalAsync();

        using (var kill = System.Diagnostics.Process.Start("kill", ["-INT", $"{process.Id}"]))
            await kill.WaitForExitAsync();
        var error = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();

        Assert.Equal((130, "Interrupted after 0 of 1 jobs. The same command goes on."), (process.ExitCode, error.TrimEnd()));
        Assert.Equal(0, (await jobctl.RunAsync(command)).Code);
        Assert.Equal(gateway.Seen[0].Key, gateway.Seen[1].Key);
    }

    [Fact]
    public async Task A_bar_shows_how_far_a_file_has_come()
    {
        await using var gateway = await StubGateway.StartAsync(Answer.Lines(Answer.Created(1)));
        using var jobctl = new Jobctl(gateway);

        await using var terminal = PseudoTerminal.Start(jobctl, $"create --file {Write("jobs.ndjson", """{"candidates":["ann"]}""")} --as zoe");

        await terminal.ExpectAsync("Creating 1 jobs");
        await terminal.ExpectAsync("100%");
        await terminal.ExpectAsync("Created 1 jobs.");
    }

    private string Write(string name, params string[] lines)
    {
        var path = Path.Combine(_folder, name);
        File.WriteAllLines(path, lines);
        return path;
    }
}
