using System.Text.Json;
using System.Text.Json.Serialization;
using JobRequests.Domain;

namespace JobRequests.Silo;

/// <summary>The answers of a view as JSON, beside its state.</summary>
/// <param name="OfferedAt">Unix milliseconds.</param>
/// <param name="Answers">In their order.</param>
internal sealed record StoredAnswers(long OfferedAt, IReadOnlyList<StoredAnswer> Answers)
{
    public static byte[] Write(JobView view) => JsonSerializer.SerializeToUtf8Bytes(
        new StoredAnswers(view.OfferedAt.ToUnixTimeMilliseconds(), [.. view.Answers.Select(StoredAnswer.From)]), StoredAnswersJson.Default.StoredAnswers);

    /// <summary>The view with its answers; views that were stored before answers were have none.</summary>
    public static JobView Read(JobView view, byte[]? stored)
    {
        if (stored is null || JsonSerializer.Deserialize(stored, StoredAnswersJson.Default.StoredAnswers) is not { } answers)
            return view with { OfferedAt = view.Job.CreatedAt };
        return view with
        { OfferedAt = DateTimeOffset.FromUnixTimeMilliseconds(answers.OfferedAt), Answers = [.. answers.Answers.Select(answer => answer.ToAnswer())] };
    }
}

/// <param name="Candidate">Whose.</param>
/// <param name="Epoch">When.</param>
/// <param name="Answer">Accepted or Declined.</param>
/// <param name="AfterMs">Milliseconds since the offer.</param>
internal sealed record StoredAnswer(string Candidate, int Epoch, string Answer, long AfterMs)
{
    public static StoredAnswer From(JobAnswer answer) => new(answer.Candidate, answer.Epoch, answer.Answer.ToString(), (long)answer.After.TotalMilliseconds);

    public JobAnswer ToAnswer() => new(Candidate, Epoch, Enum.Parse<CandidateAnswer>(Answer), TimeSpan.FromMilliseconds(AfterMs));
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(StoredAnswers))]
internal sealed partial class StoredAnswersJson : JsonSerializerContext;
