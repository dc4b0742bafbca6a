using JobRequests.Documents;
using Microsoft.Extensions.Configuration;

namespace JobRequests.Verification;

/// <summary>What the checks take for granted about the deployment they judge.</summary>
public sealed record CheckRules
{
    /// <summary>The invariants that are looked at; null is all of them.</summary>
    public IReadOnlyCollection<Invariant>? Only { get; init; }

    /// <summary>Nothing is under way any more: what is unpublished, or not in a view yet, is lost.</summary>
    public bool Settled { get; init; }

    /// <summary>How long callers wait where their calls do not say.</summary>
    public TimeSpan Wait { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long after the wait an answer may still come.</summary>
    public TimeSpan AnswerMargin { get; init; } = TimeSpan.FromMilliseconds(250);

    /// <summary>Decisions a second that the deployment can make; null: overload is not judged.</summary>
    public double? Capacity { get; init; }

    /// <summary>The share of <see cref="Capacity"/> that must be left under overload.</summary>
    public double LeastGoodput { get; init; } = 0.8;

    /// <summary>How long a refusal under overload may take.</summary>
    public TimeSpan RefusalLimit { get; init; } = TimeSpan.FromMilliseconds(50);

    /// <summary>How many states a search for an order of a job's calls goes through before it is abandoned as undecided.</summary>
    public int MaxSearch { get; init; } = 100_000;

    /// <summary>As <see cref="JobRequestOptions.MaxFailsPerCaller"/> of the deployment: beyond it a refused command leaves no outcome.</summary>
    public int MaxFailsPerCaller { get; init; } = new JobRequestOptions().MaxFailsPerCaller;

    /// <summary>As <see cref="JobRequestOptions.MaxFailsPerJob"/> of the deployment.</summary>
    public int MaxFailsPerJob { get; init; } = new JobRequestOptions().MaxFailsPerJob;

    /// <summary>As <see cref="JobRequestOptions.MaxEvents"/> of the deployment, the least that it ever was: a document with fewer has all of its
    /// events.</summary>
    public int MaxEvents { get; init; } = new JobRequestOptions().MaxEvents;

    /// <summary>With the limits of section <c>Jobs</c>, as the silos have it.</summary>
    public CheckRules WithLimitsOf(IConfiguration configuration)
    {
        var jobs = configuration.GetSection("Jobs").Get<JobRequestOptions>() ?? new JobRequestOptions();
        return this with { MaxFailsPerCaller = jobs.MaxFailsPerCaller, MaxFailsPerJob = jobs.MaxFailsPerJob, MaxEvents = jobs.MaxEvents };
    }
}
