namespace JobRequests.Verification;

/// <summary>Brings documents and views together that were read apart.</summary>
internal static class StoredJobs
{
    /// <param name="documents">In the order of their ids.</param>
    /// <param name="views">In the order of their ids.</param>
    /// <param name="upTo">The last id to take; null for all.</param>
    public static List<StoredJobData> Join(List<(string Job, ReadOnlyMemory<byte> Data)> documents, List<(string Job, StoredViewData View)> views, string? upTo)
    {
        var joined = new List<StoredJobData>(Math.Max(documents.Count, views.Count));
        var (d, v) = (0, 0);
        while (d < documents.Count || v < views.Count)
        {
            var order = d == documents.Count ? 1 : v == views.Count ? -1 : string.CompareOrdinal(documents[d].Job, views[v].Job);
            var job = order <= 0 ? documents[d].Job : views[v].Job;
            if (upTo is not null && string.CompareOrdinal(job, upTo) > 0) break;
            // Not "… ? Data : null": null would become an empty document.
            joined.Add(new StoredJobData(job, order <= 0 ? new ReadOnlyMemory<byte>?(documents[d].Data) : null, order >= 0 ? views[v].View : null));
            if (order <= 0) d++;
            if (order >= 0) v++;
        }

        return joined;
    }
}
