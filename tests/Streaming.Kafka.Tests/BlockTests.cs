using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using JobRequests.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace JobRequests.Streaming.Kafka.Tests;

/// <summary>Blocks and replays on the real broker: nothing of a stream is lost, and nothing overtakes.</summary>
public sealed class BlockTests : IAsyncLifetime
{
    private readonly BlockScript _script = new();
    private readonly Gate _gate = new();
    private readonly MarkSigner _signer = new();
    // As where traces are collected: nothing may be added to what is signed.
    private readonly ActivityListener _traces = new()
    { ShouldListenTo = static source => source.Name == KafkaTelemetry.Name, Sample = static (ref _) => ActivitySamplingResult.AllData };
    private TestTopic _topic = null!;
    private StreamCluster _cluster = null!;

    public async ValueTask InitializeAsync()
    {
        ActivitySource.AddActivityListener(_traces);
        _topic = await TestTopic.CreateAsync();
        _cluster = await StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _cluster.DisposeAsync();
        await _topic.DisposeAsync();
        _traces.Dispose();
    }

    [Fact]
    public async Task A_blocked_stream_waits_in_order_and_delays_no_other()
    {
        _script.IsBad = static (stream, number) => stream == "a" && number == 1;
        await SendAsync("a", 0, 1, 2);
        await SendAsync("b", 0, 1, 2);
        await UntilHandledAsync("b", 2);
        await SendAsync("a", 3);

        // Dead-lettered counts as finished.
        await _topic.UntilCommittedAsync(7);
        Assert.Equal([0], _script.Handled("a"));
        Assert.Equal([0, 1, 2], _script.Handled("b"));
        Assert.Equal(1, TopicCluster.Status(_cluster).GetPartitions()[0].BlockedStreamCount);
        using var deadLetters = Open();
        var groups = DeadLetterGroup.Of(await deadLetters.ReadAsync(all: false, default));
        Assert.Equal([("a", "bad", 2, true), ("a", "blocked", 1, true)], groups.Select(group => (group.Key!, group.Reason, group.Count, group.IsBlocked))
            .OrderBy(static group => group.Reason));

        _script.IsBad = static (_, _) => false;
        var dry = new KafkaReplay(deadLetters);
        await dry.RunAsync(null, again: false, dryRun: true, default);
        Assert.Equal((3, 1), (dry.Replayed, dry.Ended.Count));
        // While it runs, the stream goes on.
        var more = SendSlowlyAsync("a", 4, 20);
        var replay = await ReplayAsync(deadLetters);
        await more;

        Assert.Single(replay.Ended);
        Assert.Empty(replay.Unfinished);
        await SendAsync("a", 21);
        await UntilHandledAsync("a", 21);
        Assert.Equal(Enumerable.Range(0, 22), _script.Handled("a"));
        Assert.Equal(0, TopicCluster.Status(_cluster).GetPartitions()[0].BlockedStreamCount);
        Assert.Empty((await deadLetters.ReadAsync(all: false, default)).Waiting);
    }

    [Fact]
    public async Task A_record_that_fails_again_keeps_its_place()
    {
        _script.IsBad = static (_, number) => number is 1 or 2;
        await SendAsync("a", 0, 1, 2, 3);
        await _topic.UntilCommittedAsync(4);
        using var deadLetters = Open();

        _script.IsBad = static (_, number) => number == 2;
        var failed = await ReplayAsync(deadLetters);
        await SendAsync("a", 4);
        await _topic.UntilCommittedAsync(8);

        Assert.Equal([0, 1], _script.Handled("a"));
        Assert.Equal((1, 0), (failed.FailedAgain.Count, failed.Ended.Count));
        Assert.Equal([1, 2, 3, 4], (await deadLetters.ReadAsync(all: false, default)).Waiting.Select(Number).Distinct().Order());

        _script.IsBad = static (_, _) => false;
        Assert.Single((await ReplayAsync(deadLetters)).Ended);
        await UntilHandledAsync("a", 4);
        Assert.Equal([0, 1, 2, 3, 4], _script.Handled("a").Distinct());
    }

    [Fact]
    public async Task A_new_silo_knows_the_blocks_before_it_delivers()
    {
        _script.IsBad = static (_, number) => number == 1;
        await SendAsync("a", 0, 1, 2);
        await _topic.UntilCommittedAsync(3);
        await _cluster.DisposeAsync();
        // As after kill -9: dead-lettered and acknowledged, and the commit did not come.
        _topic.Commit(1);
        _script.IsBad = static (_, _) => false;
        await SendAsync("a", 3);
        await SendAsync("b", 0);

        _cluster = await StartAsync();

        await UntilHandledAsync("b", 0);
        await _topic.UntilCommittedAsync(5);
        Assert.Equal([0], _script.Handled("a"));
        using var deadLetters = Open();
        Assert.Single((await ReplayAsync(deadLetters)).Ended);
        await UntilHandledAsync("a", 3);
        Assert.Equal([0, 1, 2, 3], _script.Handled("a").Distinct());

        // A block that has ended is not rebuilt.
        await _cluster.DisposeAsync();
        await SendAsync("a", 4);
        _cluster = await StartAsync();
        await UntilHandledAsync("a", 4);
    }

    [Fact]
    public async Task An_interrupted_replay_leaves_the_block_to_the_next()
    {
        _script.IsBad = static (_, number) => number == 0;
        await SendAsync("a", 0, 1);
        await _topic.UntilCommittedAsync(2);
        _script.IsBad = static (_, _) => false;
        using var deadLetters = Open();
        using var cut = new CancellationTokenSource();
        // Its second record is not replay any more.
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => new KafkaReplay(deadLetters, (_, _, _) => cut.Cancel())
            .RunAsync(null, again: false, dryRun: false, cut.Token));
        await SendAsync("a", 2);
        await UntilHandledAsync("a", 0);
        await _topic.UntilCommittedAsync(4);
        Assert.Equal([0], _script.Handled("a"));

        Assert.Single((await ReplayAsync(deadLetters)).Ended);

        await UntilHandledAsync("a", 2);
        Assert.Equal([0, 1, 2], _script.Handled("a").Distinct());
    }

    [Fact]
    public async Task A_forged_record_of_the_dead_letter_topic_changes_nothing()
    {
        var stream = StreamId.Create(BlockedConsumerGrain.Namespace, "healthy");
        var block = new DeadLetterOrigin(_topic.Name, 0, 0, DateTimeOffset.UnixEpoch, "bad", null, 3, DateTimeOffset.UnixEpoch)
        { Block = new BlockMark(stream, IsBeginning: true, 0, null) };
        await _topic.DeadLetterAsync("healthy", "0", block);
        await SendAsync("healthy", 1);
        await UntilHandledAsync("healthy", 1);

        _script.IsBad = static (blocked, _) => blocked == "a";
        await SendAsync("a", 0, 1);
        await _topic.UntilCommittedAsync(3);
        // Neither mark settles the genuine copies, and the block stays.
        await _topic.ProduceAsync(_topic.DeadLetters, null, null, ReplayedMark.Write([0, 1, 2]));
        await _topic.ProduceAsync(
            _topic.DeadLetters, "a"u8.ToArray(), null, new BlockEnd(_topic.Name, StreamId.Create(BlockedConsumerGrain.Namespace, "a"), 100).Write());
        _script.IsBad = static (_, _) => false;
        await SendAsync("a", 2);
        await _topic.UntilCommittedAsync(4);
        Assert.Empty(_script.Handled("a"));
        using var deadLetters = Open();
        Assert.Equal([0, 1, 2], (await deadLetters.ReadAsync(all: false, default)).Waiting.Where(static copy => copy.Origin is not null).Select(Number));

        var replay = await ReplayAsync(deadLetters);

        // What is forged is not replay.
        Assert.Equal((3, 3), (replay.Replayed, replay.LeftOut));
        await UntilHandledAsync("a", 2);
        Assert.Equal([0, 1, 2], _script.Handled("a"));
        Assert.Equal([1], _script.Handled("healthy"));
    }

    [Fact]
    public async Task A_replay_with_another_secret_settles_nothing()
    {
        _script.IsBad = static (stream, _) => stream == "a";
        await SendAsync("a", 0, 1);
        await _topic.UntilCommittedAsync(2);
        using var stranger = Open(new MarkSigner());

        var replay = await ReplayAsync(stranger);

        Assert.Equal((0, 2), (replay.Replayed, replay.LeftOut));
        using var deadLetters = Open();
        Assert.Equal([0, 1], (await deadLetters.ReadAsync(all: false, default)).Waiting.Where(static copy => copy.Origin is not null).Select(Number));
    }

    [Fact]
    public async Task A_replay_returns_another_providers_dead_letters_to_its_topic()
    {
        await using var other = await TestTopic.CreateAsync();
        await other.ProduceAsync("a", "7");
        await _topic.DeadLetterAsync(
            "a", "7", new DeadLetterOrigin(other.Name, 0, 0, DateTimeOffset.UnixEpoch, "delivery-failed", null, 3, DateTimeOffset.UnixEpoch), _signer);
        await _topic.DeadLetterAsync(
            "a", "8", new DeadLetterOrigin("nobodys", 0, 0, DateTimeOffset.UnixEpoch, "delivery-failed", null, 3, DateTimeOffset.UnixEpoch), _signer);
        using var deadLetters = Open(other.Name);

        var replay = await ReplayAsync(deadLetters);

        Assert.Equal((1, 1), (replay.Replayed, replay.LeftOut));
        Assert.Equal(["7", "7"], other.ReadAll(other.Name).Select(record => Encoding.UTF8.GetString(record.Message.Value!)));
        Assert.Empty(_topic.ReadAll(_topic.Name));
        Assert.Empty((await deadLetters.ReadAsync(all: false, default)).Waiting);
    }

    [Fact]
    public async Task While_the_gate_is_closed_no_record_is_taken()
    {
        await SendAsync("a", 0);
        await UntilHandledAsync("a", 0);
        _gate.OpenFor = TimeSpan.Zero;
        await Task.Delay(1500, TestContext.Current.CancellationToken);
        await SendAsync("a", 1);
        await SendAsync("b", 0);
        await Task.Delay(1000, TestContext.Current.CancellationToken);
        Assert.True(TopicCluster.Status(_cluster).IsHeldBack);
        Assert.Equal([0], _script.Handled("a"));
        Assert.Empty(_script.Handled("b"));
        await _topic.UntilCommittedAsync(1);

        _gate.OpenFor = TimeSpan.FromMilliseconds(1);

        await UntilHandledAsync("a", 1);
        await UntilHandledAsync("b", 0);
        await _topic.UntilCommittedAsync(3);
        Assert.Empty(_topic.ReadAll(_topic.DeadLetters));
    }

    private Task<StreamCluster> StartAsync() => StreamCluster.StartAsync(silo =>
    {
        silo.Services.AddSingleton(_script);
        silo.Services.AddKeyedSingleton<IKafkaRecordDecoder>(StreamConformance.Provider, new TextDecoder(BlockedConsumerGrain.Namespace));
        silo.Services.AddKeyedSingleton<IKafkaMarkSigner>(StreamConformance.Provider, _signer);
        silo.Services.AddKeyedSingleton<IKafkaConsumptionGate>(StreamConformance.Provider, _gate);
        silo.AddKafkaStreams(StreamConformance.Provider, options => options.Configure(settings =>
        {
            _topic.Configure(settings);
            settings.BlockStreams = true;
        }));
    });

    private KafkaDeadLetterTopic Open(params string[] others) => Open(_signer, others);

    private KafkaDeadLetterTopic Open(MarkSigner signer, params string[] others) => new(
        new Dictionary<string, string> { ["bootstrap.servers"] = _topic.Address }, _topic.Name, _topic.DeadLetters, _topic.Group)
    { OtherTopics = others, Signer = signer };

    private static async Task<KafkaReplay> ReplayAsync(KafkaDeadLetterTopic deadLetters)
    {
        var replay = new KafkaReplay(deadLetters);
        await replay.RunAsync(null, again: false, dryRun: false, TestContext.Current.CancellationToken);
        return replay;
    }

    private async Task SendAsync(string stream, params int[] numbers)
    {
        foreach (var number in numbers) await _topic.ProduceAsync(stream, $"{number}");
    }

    private async Task SendSlowlyAsync(string stream, int first, int last)
    {
        for (var number = first; number <= last; number++)
        {
            await _topic.ProduceAsync(stream, $"{number}");
            await Task.Delay(100);
        }
    }

    private Task UntilHandledAsync(string stream, int number) => Eventually.IsTrueAsync(
        () => _script.Handled(stream).Contains(number), () => $"{stream} to handle {number}; it has handled [{string.Join(", ", _script.Handled(stream))}]");

    private static int Number(DeadLetterCopy copy) =>
        int.Parse(Encoding.UTF8.GetString(copy.Record.Value!.Value.Span), System.Globalization.CultureInfo.InvariantCulture);

    private sealed class MarkSigner : IKafkaMarkSigner
    {
        private readonly byte[] _secret = RandomNumberGenerator.GetBytes(32);

        public byte[] Sign(ReadOnlySpan<byte> content) => HMACSHA256.HashData(_secret, content);

        public bool IsGenuine(ReadOnlySpan<byte> content, ReadOnlySpan<byte> signature) => signature.SequenceEqual(Sign(content));
    }

    private sealed class Gate : IKafkaConsumptionGate
    {
        public TimeSpan OpenFor { get; set; } = TimeSpan.MaxValue;
    }
}
