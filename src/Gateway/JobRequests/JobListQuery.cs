using System.Collections.Immutable;
using System.Globalization;

namespace JobRequests.Gateway.JobRequests;

/// <summary>Reads what a list is asked for. An empty parameter is as good as one that is left out.</summary>
internal static class JobListQuery
{
    public const int DefaultLimit = 50;
    public const int MaxLimit = 200;

    private const string Me = "me";

    /// <summary>The statuses that a job can have.</summary>
    public static readonly IReadOnlyList<string> Statuses = [.. Enum.GetValues<JobStatus>()
        .Where(status => status != JobStatus.None)
        .Select(status => status.ToString())];

    /// <summary>The parts that a candidate can have in a job.</summary>
    public static readonly IReadOnlyList<string> Standings = Enum.GetNames<Standing>();

    /// <summary>Reads all parameters of a list.</summary>
    public static bool TryRead(IQueryCollection query, Caller caller, out JobQuery read, out Refusal? refusal)
    {
        read = new JobQuery(null, null, null, null, null, DefaultLimit);
        if (!TryReadPeople(query, caller, ref read, out refusal)) return false;

        if (!TryReadWord(query, "status", Statuses, out var status, out refusal)) return false;
        if (!TryReadWord(query, "standing", Standings, out var standing, out refusal)) return false;
        var text = Value(query, "q");
        if (text is not null && WellFormed.WhatIsWrongWithText(text) is { } problem) refusal = Refusal.Field("q", problem);
        var limit = DefaultLimit;
        if (Value(query, "limit") is { } number
            && (!int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out limit) || limit is < 1 or > MaxLimit))
            refusal = Refusal.Field("limit", $"must be a whole number from 1 to {MaxLimit}");
        if (refusal is not null) return false;

        if (!TryReadMetadata(query, out var metadata, out refusal)) return false;

        if (!TryReadTime(query, "startsFrom", out var from, out refusal)) return false;
        if (!TryReadTime(query, "startsTo", out var to, out refusal)) return false;
        if (from >= to) refusal = Refusal.Field("startsFrom", "must be before startsTo");
        if (refusal is not null) return false;

        read = read with { Status = status, Text = text, Limit = limit, Metadata = metadata, StartsFrom = from, StartsTo = to };
        if (standing is not null) read = read with { Standing = standing, Candidate = read.Candidate ?? caller.Person };
        // Candidates are not told which job theirs repeats.
        if (Value(query, "previous") is not null && !caller.IsAdmin) read = read with { Requester = caller.Person };
        if (Value(query, "cursor") is not { } cursor) return true;
        if (JobListCursor.TryRead(cursor, read, caller, out var after)) read = read with { After = after };
        else refusal = Refusal.Field("cursor",
            "must be the `next` value of a previous page, unchanged, with the same filters and the same caller; leave it out to begin with the newest");
        return refusal is null;
    }

    /// <summary>Reads the parameters that say whose jobs are meant.</summary>
    public static bool TryReadFilters(IQueryCollection query, Caller caller, out JobQuery read, out Refusal? refusal)
    {
        read = new JobQuery(null, null, null, null, null, DefaultLimit);
        return TryReadPeople(query, caller, ref read, out refusal);
    }

    private static bool TryReadMetadata(IQueryCollection query, out ImmutableArray<string>? pairs, out Refusal? refusal)
    {
        pairs = null;
        refusal = null;
        var previous = JobRequestId.Read(Value(query, "previous"));
        if (previous is null && Value(query, "previous") is not null) refusal = Refusal.Field("previous", "must be the id of a job");
        var given = query.Where(static parameter => QueryParameters.IsMetadata(parameter.Key) && parameter.Value is [{ Length: > 0 }]).ToList();
        if (given.Count == 0 && previous is null) return refusal is null;
        if (given.Find(static parameter => !WellFormed.MetadataKey(KeyOf(parameter.Key))) is { Key: { } wrong })
            refusal = Refusal.Field(wrong, "must name a key of 1 to 40 letters, digits and _ . -");
        pairs =
        [
            .. previous is null ? ReadOnlySpan<string>.Empty : [JobQuery.PreviousPair(previous)],
            .. given.Select(static parameter => $"{KeyOf(parameter.Key)}={parameter.Value}").Order(StringComparer.Ordinal),
        ];
        return refusal is null;

        static string KeyOf(string parameter) => parameter[QueryParameters.Metadata.Length..];
    }

    private static bool TryReadWord(IQueryCollection query, string name, IReadOnlyList<string> words, out string? word, out Refusal? refusal)
    {
        word = Value(query, name);
        refusal = word is null || words.Contains(word) ? null : Refusal.Field(name, $"must be one of {string.Join(", ", words)}");
        return refusal is null;
    }

    /// <summary>A moment that a parameter names; null when it says nothing.</summary>
    public static bool TryReadTime(IQueryCollection query, string name, out DateTimeOffset? time, out Refusal? refusal)
    {
        (time, refusal) = (null, null);
        if (Value(query, name) is not { } text) return true;
        if (UtcMillisecondsConverter.TryParse(text, out var read)) time = read;
        else refusal = Refusal.Field(name, UtcMillisecondsConverter.Rule);
        return refusal is null;
    }

    private static bool TryReadPeople(IQueryCollection query, Caller caller, ref JobQuery read, out Refusal? refusal)
    {
        if (!TryReadPerson(query, "candidate", caller, out var candidate, out refusal)) return false;
        if (!TryReadPerson(query, "requester", caller, out var requester, out refusal)) return false;
        read = read with { Candidate = candidate, Requester = requester };
        return true;
    }

    /// <summary>A person that a parameter names: the caller, or for an administrator anybody.</summary>
    public static bool TryReadPerson(IQueryCollection query, string name, Caller caller, out string? person, out Refusal? refusal)
    {
        refusal = null;
        person = Value(query, name) is Me ? caller.Person : Value(query, name);
        if (person is null || person == caller.Person) return true;
        if (!caller.IsAdmin) refusal = Refusal.Field(name, "must be me, or left out: only an administrator may name somebody else");
        else if (!WellFormed.Person(person)) refusal = Refusal.Field(name, "must be me, or a name: 1 to 64 letters, digits and _ . @ -");
        return refusal is null;
    }

    /// <summary>What a parameter says; null when it says nothing.</summary>
    public static string? Value(IQueryCollection query, string name) => query[name] is [{ Length: > 0 } value] ? value : null;
}
