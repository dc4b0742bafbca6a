using System.Text;

namespace JobRequests.Streaming.Kafka.Tests;

public sealed class DeadLetterRecordTests
{
    private static readonly DeadLetterOrigin Origin = new(
        "orders", 3, 12345678901, new DateTimeOffset(2026, 5, 4, 3, 2, 1, 7, TimeSpan.Zero), "undecodable", "Übel.", 2, DateTimeOffset.UnixEpoch);

    [Fact]
    public void What_is_written_is_read()
    {
        Assert.Equal(Origin, DeadLetterRecord.Read(DeadLetterRecord.Write(Origin, [])));
        Assert.Equal(Origin with { Error = null }, DeadLetterRecord.Read(DeadLetterRecord.Write(Origin with { Error = null }, [])));
    }

    [Fact]
    public void A_dead_letter_keeps_headers_and_replaces_earlier_marks()
    {
        KafkaHeader[] original = [new("trace", new byte[] { 0, 255 }), new("trace", "2"u8.ToArray())];

        var headers = DeadLetterRecord.Write(Origin with { Reason = "second" }, DeadLetterRecord.Write(Origin, original));

        Assert.Equal("second", DeadLetterRecord.Read(headers)!.Reason);
        Assert.Equal(original.Select(header => (header.Name, Convert.ToHexString(header.Value.Span))), DeadLetterRecord.OriginalHeaders(headers)
            .Select(header => (header.Name, Convert.ToHexString(header.Value.Span))));
        Assert.Single(headers, header => header.Name == DeadLetterRecord.Reason);
    }

    [Fact]
    public void Headers_of_other_records_are_no_dead_letters_marks()
    {
        Assert.Null(DeadLetterRecord.Read([]));
        Assert.Null(DeadLetterRecord.Read([.. DeadLetterRecord.Write(Origin, []).Where(header => header.Name != DeadLetterRecord.OriginOffset)]));
        Assert.Null(DeadLetterRecord.Read([.. DeadLetterRecord.Write(Origin, [])
            .Select(header => header.Name == DeadLetterRecord.OriginPartition ? new KafkaHeader(header.Name, "x"u8.ToArray()) : header)]));
    }

    [Fact]
    public void A_long_error_is_cut() =>
        Assert.True(
            Encoding.UTF8.GetByteCount(DeadLetterRecord.Read(DeadLetterRecord.Write(Origin with { Error = new string('x', 100_000) }, []))!.Error!) <= 2000);
}
