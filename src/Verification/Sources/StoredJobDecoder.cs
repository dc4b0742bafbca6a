using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using JobRequests.Documents;

namespace JobRequests.Verification;

/// <summary>Turns stored bytes into evidence. What cannot be read is evidence too.</summary>
internal static class StoredJobDecoder
{
    public static DocumentEvidence Document(StoredJobData stored)
    {
        if (stored.Document is not { } data) return DocumentEvidence.None;
        var (document, problem) = Deserialize(data, JobDocumentJson.Default.JobDocument);
        if (document is { Schema: > JobDocument.CurrentSchema })
            throw new VerificationException($"The document of job {stored.Job} has schema {document.Schema}, this version knows up to "
                + $"{JobDocument.CurrentSchema}: use the jobctl of the version that wrote it.");
        return new DocumentEvidence(document, problem);
    }

    public static ViewEvidence View(StoredJobData stored)
    {
        if (stored.View is not { } view) return ViewEvidence.None;
        var (state, problem) = Deserialize(view.State, JobDocumentJson.Default.StoredState);
        return new ViewEvidence(state is null ? null : new StoredView(view.Version, view.Status, view.Requester, view.CreatedAt, state), problem);
    }

    private static (T? Value, string? Problem) Deserialize<T>(ReadOnlyMemory<byte> data, JsonTypeInfo<T> type)
        where T : class
    {
        try
        {
            return JsonSerializer.Deserialize(data.Span, type) is { } value ? (value, null) : (null, "it is 'null'");
        }
        catch (JsonException exception)
        {
            return (null, exception.Message);
        }
    }
}
