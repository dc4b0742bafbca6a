namespace JobRequests.Client;

public enum Consistency
{
    /// <summary>The read view: fast, a moment behind.</summary>
    View,

    /// <summary>The job itself: every answered command is in it.</summary>
    Strong,
}
