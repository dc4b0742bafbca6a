namespace JobRequests.Gateway.Events;

/// <summary>The command was taken; its outcome comes as <c>Outcome(key, answer)</c>.</summary>
internal sealed record AcceptedBody(bool Accepted);

/// <summary>Events come from now on.</summary>
/// <param name="Watching">Whether they do.</param>
/// <param name="Version">The job's version now: the first event that comes is a later one.</param>
/// <param name="Cursor">The cursor in the feed of everything: where to resume when the connection breaks before the first event.</param>
internal sealed record WatchingBody(
    bool Watching,
    [property: System.Text.Json.Serialization.JsonIgnore(Condition = System.Text.Json.Serialization.JsonIgnoreCondition.WhenWritingNull)] int? Version = null,
    [property: System.Text.Json.Serialization.JsonIgnore(
        Condition = System.Text.Json.Serialization.JsonIgnoreCondition.WhenWritingNull)] string? Cursor = null);
