using System.Collections.Immutable;
using System.Text;
using CsCheck;
using JobRequests.Domain;
using JobRequests.Grains.Abstractions;
using JobRequests.Streaming.Kafka;

namespace JobRequests.Records.Tests;

/// <summary>Commands on their way through the topic: what comes back is what was meant, or it is dead-lettered.</summary>
public sealed class CommandRecordTests
{
    public static readonly TheoryData<JobRequestCommand> EveryCommand =
    [
        Wire.Create(),
        new JobRequestCommand.Create(["ann"], [], null, null),
        new JobRequestCommand.Create(["ann"], [], null, null, new JobDetails
        {
            Description = "a\nb",
            Place = new Place("Окна", 0, -9.98),
            StartsAt = Wire.Now,
            EndsAt = Wire.Now.AddHours(1),
            Instructions = "the door",
            Metadata = new Dictionary<string, string> { ["team"] = "night" }.ToImmutableSortedDictionary(),
        }),
        new JobRequestCommand.Create(["ann", "bob"], [], Waves: [new Wave(1, 5)], ConfirmSeconds: 10),
        new JobRequestCommand.Accept(),
        new JobRequestCommand.Accept(Standby: true),
        new JobRequestCommand.Confirm(),
        new JobRequestCommand.Amend("Окна", Wire.Now, new JobDetails { Place = new Place("Quay 3") }, ["eve"], [JobMembers.Description]),
        new JobRequestCommand.Amend(),
        new JobRequestCommand.Decline("ill"),
        new JobRequestCommand.Decline(null),
        new JobRequestCommand.Withdraw(),
        new JobRequestCommand.Cancel(),
        new JobRequestCommand.Cancel("rain"),
        new JobRequestCommand.Assign("bob"),
        new JobRequestCommand.Release("ill"),
        new JobRequestCommand.Release(),
        new JobRequestCommand.Start(),
        new JobRequestCommand.FinishTask("t1"),
        new JobRequestCommand.Finish(),
    ];

    private readonly CommandRecordCodec _codec = Wire.Commands();

    [Theory, MemberData(nameof(EveryCommand), DisableDiscoveryEnumeration = true)]
    public void A_command_survives_the_way(JobRequestCommand command)
    {
        foreach (var ifMatch in new int?[] { null, 0, 7 })
        {
            var sent = Wire.Command(command, admin: ifMatch == 7, ifMatch: ifMatch);

            var delivered = Assert.IsType<KafkaDecodeResult.Deliver>(_codec.Decode(Wire.Written(_codec.Encode(Wire.Stream(sent), sent))));

            var received = Assert.IsType<CommandEnvelope>(delivered.Item);
            Assert.Equal(Wire.Stream(sent), delivered.Stream);
            Assert.Equal(new LogPosition(3, 4711), received.Position);
            Assert.Equal((Wire.Now, Wire.Now.AddSeconds(1)), (received.WrittenAt, received.ReadAt));
            Assert.Equal(
                sent with { Command = received.Command, Position = received.Position, WrittenAt = received.WrittenAt, ReadAt = received.ReadAt }, received);
            Assert.Equal(sent.Fingerprint, Fingerprint.Of(received.JobRequestId, received.Caller, received.IfMatch, received.Command));
        }
    }

    [Theory]
    [InlineData("я")]
    [InlineData("😀")]
    [InlineData("\uE000")]
    [InlineData("<")]
    [InlineData("\"")]
    [InlineData("w")]
    public void What_fits_into_a_body_fits_into_its_records(string letter)
    {
        // As many full names as a body of 64 KB holds.
        var name = string.Concat(Enumerable.Repeat(letter, WellFormed.MaxText / letter.Length));
        var inBody = letter == "\"" ? 2 : Encoding.UTF8.GetByteCount(letter);
        var count = Math.Min(WellFormed.MaxTasks, 64 * 1024 / ((inBody * WellFormed.MaxText / letter.Length) + 24));
        var create = new JobRequestCommand.Create(["ann"], [.. Enumerable.Range(0, count).Select(number => new JobTask($"t{number}", name))], name, null);
        var sent = Wire.Command(create, "zoe");

        var record = _codec.Encode(Wire.Stream(sent), sent);

        Assert.InRange(record.Value!.Value.Length, 1, 80 * 1024);
        var received = Assert.IsType<CommandEnvelope>(Assert.IsType<KafkaDecodeResult.Deliver>(_codec.Decode(Wire.Written(record))).Item);
        Assert.Equal(name, ((JobRequestCommand.Create)received.Command).Title);
    }

    [Theory]
    [InlineData("")]
    [InlineData("\u200B")]
    [InlineData("\u202Egnp.exe")]
    [InlineData("\u0301")]
    public void A_text_that_gateways_refuse_today_is_decided(string title)
    {
        var sent = Wire.Command(new JobRequestCommand.Create(["ann"], [new JobTask("t1", title)], title, null), "zoe");

        var delivered = Assert.IsType<KafkaDecodeResult.Deliver>(_codec.Decode(Wire.Written(_codec.Encode(Wire.Stream(sent), sent))));

        Assert.Equal(title, Assert.IsType<JobRequestCommand.Create>(Assert.IsType<CommandEnvelope>(delivered.Item).Command).Title);
    }

    [Fact]
    public void Every_operation_has_a_record()
    {
        var covered = EveryCommand.Select(row => row.Data.Operation).Distinct();

        Assert.Equal(Operations.All.Order(), covered.Order());
    }

    [Fact]
    public void The_form_on_the_wire_does_not_change()
    {
        var record = _codec.Encode(Wire.Stream(Wire.Command(Wire.Create(), "zoe")), Wire.Command(Wire.Create(), "zoe"));

        Assert.Equal(
            """{"job":"JOB","caller":"zoe","key":"k-create","receivedAt":"2026-11-24T10:00:00.1234567+00:00","notAfter":"2026-11-24T10:00:35+00:00","fingerprint":"PRINT","command":{"operation":"create","candidates":["ann","bob"],"tasks":[{"id":"t1","name":"windows"}],"title":"Окна","expiresAt":"2026-11-24T11:00:00+00:00"}}"""
                .Replace("JOB", JobRequestId.Derive("zoe", "k-create"), StringComparison.Ordinal)
                .Replace("PRINT", Wire.Command(Wire.Create(), "zoe").Fingerprint, StringComparison.Ordinal),
            Encoding.UTF8.GetString(record.Value!.Value.Span));
        Assert.Equal(["ce_type", "content-type", "signature", "traceparent"], record.Headers.Select(header => header.Name));
        Assert.Equal("jobrequests.command.v1", Encoding.UTF8.GetString(record.Headers[0].Value.Span));
    }

    [Fact]
    public void Another_program_can_sign_with_its_own_key()
    {
        var job = JobRequestId.Derive("zoe", "k");
        var received = Assert.IsType<CommandEnvelope>(
            Assert.IsType<KafkaDecodeResult.Deliver>(_codec.Decode(Wire.Foreign(job, Accept(job), Wire.ImporterSecret, "importer"))).Item);

        Assert.Equal((job, new Caller("ann", false), "a1"), (received.JobRequestId, received.Caller, received.Key));
        Assert.IsType<JobRequestCommand.Accept>(received.Command);
        // As a gateway computes it: the same key sent by HTTP later is the same request.
        Assert.Equal(Fingerprint.Of(job, received.Caller, null, received.Command), received.Fingerprint);
    }

    [Fact]
    public void A_forged_caller_is_dead_lettered()
    {
        var sent = Wire.Command(new JobRequestCommand.Accept());
        var record = _codec.Encode(Wire.Stream(sent), sent);
        var forged = Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(record.Value!.Value.Span).Replace("\"ann\"", "\"eve\"", StringComparison.Ordinal));

        Assert.Contains("does not fit", Wire.DeadLetters(_codec.Decode(Wire.Written(record with { Value = forged }))));
    }

    [Fact]
    public void A_record_moved_to_another_job_is_dead_lettered()
    {
        var sent = Wire.Command(new JobRequestCommand.Accept());
        var record = _codec.Encode(Wire.Stream(sent), sent);

        Assert.Contains(
            "does not fit", Wire.DeadLetters(_codec.Decode(Wire.Written(record with { Key = Encoding.UTF8.GetBytes(JobRequestId.Derive("x", "y")) }))));
    }

    [Fact]
    public void Every_altered_byte_of_a_record_is_noticed()
    {
        var sent = Wire.Command(new JobRequestCommand.Decline("ill"));
        var record = _codec.Encode(Wire.Stream(sent), sent);
        var value = record.Value!.Value.ToArray();
        for (var i = 0; i < value.Length; i++)
        {
            value[i] ^= 1;
            Wire.DeadLetters(_codec.Decode(Wire.Written(record with { Value = value.ToArray() })));
            value[i] ^= 1;
        }
    }

    [Fact]
    public void An_unsigned_record_is_dead_lettered()
    {
        var sent = Wire.Command(new JobRequestCommand.Accept());
        var record = _codec.Encode(Wire.Stream(sent), sent);

        Assert.Contains("not signed",
            Wire.DeadLetters(_codec.Decode(Wire.Written(record with { Headers = [.. record.Headers.Where(header => header.Name != "signature")] }))));
    }

    [Theory]
    [InlineData("signature")]
    [InlineData("cluster-1.")]
    [InlineData(".AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("nobody.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("cluster-1.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("importer.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    public void A_signature_that_is_none_is_dead_lettered(string signature)
    {
        var sent = Wire.Command(new JobRequestCommand.Accept());
        var record = _codec.Encode(Wire.Stream(sent), sent);
        List<KafkaHeader> headers = [.. record.Headers.Where(header => header.Name != "signature"), new("signature", Encoding.UTF8.GetBytes(signature))];

        Assert.Contains("refused", Wire.DeadLetters(_codec.Decode(Wire.Written(record with { Headers = headers }))));
    }

    [Fact]
    public void One_producers_secret_does_not_sign_for_another()
    {
        var job = JobRequestId.Derive("zoe", "k");

        Assert.Contains("does not fit", Wire.DeadLetters(_codec.Decode(Wire.Foreign(job, Accept(job), Wire.ImporterSecret, "cluster-1"))));
    }

    [Theory]
    [InlineData("*", true)]
    [InlineData("ann", true)]
    [InlineData("bob", false)]
    public void A_producer_acts_only_for_its_callers(string callers, bool isDelivered)
    {
        var job = JobRequestId.Derive("zoe", "k");

        var result = Wire.Commands(importerIsAdmin: false, callers).Decode(Wire.Foreign(job, Accept(job), Wire.ImporterSecret, "importer"));

        if (isDelivered) Assert.IsType<KafkaDecodeResult.Deliver>(result);
        else Assert.Contains("may not act for this caller", Wire.DeadLetters(result));
    }

    [Fact]
    public void A_producers_command_says_who_signed_it()
    {
        var job = JobRequestId.Derive("zoe", "k");
        var foreign = Assert.IsType<KafkaDecodeResult.Deliver>(_codec.Decode(Wire.Foreign(job, Accept(job), Wire.ImporterSecret, "importer")));
        var own = Wire.Command(new JobRequestCommand.Accept());

        Assert.Equal("importer", Assert.IsType<CommandEnvelope>(foreign.Item).SignedBy);
        Assert.Null(Assert.IsType<CommandEnvelope>(
            Assert.IsType<KafkaDecodeResult.Deliver>(_codec.Decode(Wire.Written(_codec.Encode(Wire.Stream(own), own)))).Item).SignedBy);
    }

    [Fact]
    public void A_producer_acts_as_an_administrator_only_where_it_may()
    {
        var job = JobRequestId.Derive("zoe", "k");
        var record = Wire.Foreign(job, Accept(job).Replace("\"key\"", "\"admin\":true,\"key\"", StringComparison.Ordinal), Wire.ImporterSecret, "importer");

        Assert.Contains("administrators", Wire.DeadLetters(_codec.Decode(record)));
        Assert.IsType<KafkaDecodeResult.Deliver>(Wire.Commands(importerIsAdmin: true).Decode(record));
    }

    [Theory]
    [InlineData("\"operation\":\"accept\"", "\"operation\":\"explode\"", "not a command of this version")]
    [InlineData("\"operation\":\"accept\"", "\"operation\":\"accept\",\"urgent\":true", "not a command of this version")]
    [InlineData("\"operation\":\"accept\"", "\"operation\":\"accept\",\"operation\":\"cancel\"", "not a command of this version")]
    [InlineData("\"operation\":\"accept\"", "\"operation\":null", "not a command of this version")]
    [InlineData("\"operation\":\"accept\"", "", "not a command of this version")]
    [InlineData("\"caller\":\"ann\"", "\"caller\":\"a nn\"", "caller:")]
    [InlineData("\"key\":\"a1\"", "\"key\":\"\"", "key:")]
    [InlineData("\"key\":\"a1\"", "\"key\":\"a1\",\"ifMatch\":-1", "ifMatch:")]
    [InlineData("\"operation\":\"accept\"", "\"operation\":\"finish-task\",\"task\":\"\"", "command.task:")]
    [InlineData("\"operation\":\"accept\"", "\"operation\":\"decline\",\"reason\":\"a\\u0000b\"", "command.reason:")]
    [InlineData("\"operation\":\"accept\"", "\"operation\":\"create\",\"candidates\":[\"ann\"],\"tasks\":[]", "derived from its caller")]
    public void A_signed_command_that_breaks_the_contract_is_dead_lettered(string part, string instead, string reason)
    {
        var job = JobRequestId.Derive("zoe", "k");
        Assert.Contains(part, Accept(job));

        Assert.Contains(reason,
            Wire.DeadLetters(_codec.Decode(Wire.Foreign(job, Accept(job).Replace(part, instead, StringComparison.Ordinal), Wire.ImporterSecret, "importer"))));
    }

    [Theory]
    [InlineData("""{"candidates":[],"tasks":[]}""", "command.candidates: must have")]
    [InlineData("""{"tasks":[]}""", "not a command")]
    [InlineData("""{"candidates":["ann","ann"],"tasks":[]}""", "comes twice")]
    [InlineData("""{"candidates":["a b"],"tasks":[]}""", "command.candidates: a name")]
    [InlineData("""{"candidates":["ann",null],"tasks":[]}""", "command.candidates: a name")]
    [InlineData("""{"candidates":["ann"],"tasks":[null]}""", "command.tasks: an id")]
    [InlineData("""{"candidates":["ann"],"tasks":[{"id":"t"}]}""", "not a command")]
    [InlineData("""{"candidates":["ann"],"tasks":[{"id":"t","name":"x"},{"id":"t","name":"y"}]}""", "comes twice")]
    [InlineData("""{"candidates":["ann"],"tasks":[{"id":"t","name":"x","done":true}]}""", "done already")]
    [InlineData("""{"candidates":["ann"],"tasks":[{"id":"t t","name":"x"}]}""", "command.tasks: an id")]
    [InlineData("""{"candidates":["ann"],"tasks":[{"id":"t","name":"a\nb"}]}""", "command.tasks:")]
    [InlineData("""{"candidates":["ann"],"title":"a\tb","tasks":[]}""", "command.title:")]
    public void A_signed_create_keeps_the_rules_of_the_gateway(string members, string reason)
    {
        var job = JobRequestId.Derive("ann", "a1");
        var json = Accept(job).Replace("\"operation\":\"accept\"", $"\"operation\":\"create\",{members[1..^1]}", StringComparison.Ordinal);

        Assert.Contains(reason, Wire.DeadLetters(_codec.Decode(Wire.Foreign(job, json, Wire.ImporterSecret, "importer"))));
    }

    [Fact]
    public void Too_many_candidates_are_dead_lettered()
    {
        var names = Enumerable.Range(0, WellFormed.MaxCandidates + 1).Select(number => $"c{number}").ToArray();
        var sent = Wire.Command(Wire.Create(names));

        Assert.Contains("command.candidates", Wire.DeadLetters(_codec.Decode(Wire.Written(_codec.Encode(Wire.Stream(sent), sent)))));
    }

    [Fact]
    public void Poison_never_throws()
    {
        var bytes = Gen.Byte.Array[0, 200];
        Gen.Select(bytes.Null(), bytes.Null(), bytes, bytes, Gen.Bool).Sample((key, value, type, signature, known) =>
        {
            var record = new KafkaRecord(
                "requests", 0, 0, Wire.Now, key, value,
                [new("ce_type", known ? "jobrequests.command.v1"u8.ToArray() : type), new("signature", signature)]);
            Wire.DeadLetters(_codec.Decode(record));
            Wire.DeadLetters(Wire.Events().Decode(record));
        }, iter: 2000);
    }

    [Fact]
    public void Signed_nonsense_never_throws()
    {
        Gen.String[0, 100].Sample(text => Wire.DeadLetters(_codec.Decode(Wire.Foreign("k", text, Wire.ImporterSecret, "importer"))), iter: 2000);
        Wire.DeadLetters(_codec.Decode(Wire.Foreign("k", "null", Wire.ImporterSecret, "importer")));
        Wire.DeadLetters(_codec.Decode(Wire.Foreign("k", string.Concat(Enumerable.Repeat("[", 2000)), Wire.ImporterSecret, "importer")));
    }

    private static string Accept(string job) =>
        $$$"""{"job":"{{{job}}}","caller":"ann","key":"a1","receivedAt":"2026-11-24T10:00:00Z","notAfter":"2026-11-24T10:00:35Z","command":{"operation":"accept"}}""";
}
