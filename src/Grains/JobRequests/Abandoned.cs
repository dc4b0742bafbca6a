namespace JobRequests.Grains;

/// <summary>Commands of a batch that could not be stored.</summary>
/// <param name="From">The place in the batch of the first; all after it were abandoned too.</param>
/// <param name="Attempts">How often it was tried.</param>
/// <param name="Error">The last fault.</param>
internal sealed record Abandoned(int From, int Attempts, Exception Error);
