namespace JobRequests.Persistence.Sqlite;

/// <summary>How soon a write must be durable. There is no order between operations of different priorities.</summary>
public enum WritePriority
{
    /// <summary>Committed with the next group: about one fsync when nothing else is queued.</summary>
    Now,

    /// <summary>May wait up to <see cref="SqliteDatabaseOptions.CoalesceWindow"/> to share a commit with others.</summary>
    Soon,
}
