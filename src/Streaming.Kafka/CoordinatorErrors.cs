using Confluent.Kafka;
using ErrorCode = Confluent.Kafka.ErrorCode;

namespace JobRequests.Streaming.Kafka;

/// <summary>
/// What a broker says of a consumer group for a moment: right after its first start, and while the group's coordinator moves to another
/// broker. The same question gets its answer a little later.
/// </summary>
public static class CoordinatorErrors
{
    /// <summary>How long a question is repeated before the coordinator counts as missing.</summary>
    public static readonly TimeSpan AnswerTimeout = TimeSpan.FromSeconds(15);

    /// <summary>How long to wait between two questions.</summary>
    public static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    /// <summary>Whether <paramref name="error"/> is one of them.</summary>
    public static bool Include(Error error) =>
        error.Code is ErrorCode.NotCoordinatorForGroup or ErrorCode.GroupLoadInProgress or ErrorCode.GroupCoordinatorNotAvailable;
}
