using JobRequests.Grains.Abstractions;
using MongoDB.Bson;
using MongoDB.Driver;

namespace JobRequests.Silo;

/// <summary>
/// Adds up statistics by aggregations on the server, one after the other: what is answered meanwhile is in the later ones alone. Each begins
/// with the newest jobs of the time, which an index finds. Only operators that MongoDB 5.0 has.
/// </summary>
internal sealed class MongoStatistics(IMongoCollection<BsonDocument> views, StatisticsQuery query, int maxJobs, int maxCandidates)
{
    private const string AnsweredBy = "$answers.candidate";

    // Ends on the server what nobody waits for any more, also when the silo that asked has died.
    private static readonly AggregateOptions Options = new() { AllowDiskUse = true, MaxTime = TimeSpan.FromSeconds(30) };

    private static readonly BsonDocument Hour = Of("$subtract", "$createdAt",
        Of("$mod", Of("$subtract", "$createdAt", BsonDateTime.Create(DateTime.UnixEpoch)), (long)TimeSpan.FromHours(1).TotalMilliseconds));
    private static readonly BsonDocument Ones = new("$sum", 1);

    public async Task<JobStatistics> CountAsync(CancellationToken cancellationToken)
    {
        var hours = await AggregateAsync(cancellationToken,
            Group(Hour, query.Candidate is null ? new BsonDocument("$sum", new BsonDocument("$size", "$candidates")) : Ones, IsWon()),
            new BsonDocument("$sort", new BsonDocument("_id", 1)));
        var candidates = await AggregateAsync(cancellationToken,
        [
            .. query.Candidate is { } one
                ? [Group(new BsonDocument("$literal", one), Ones, IsWon())]
                : new[] { new BsonDocument("$unwind", "$candidates"), Group("$candidates.id", Ones, Of("$eq", "$candidates.id", "$winner")) },
            new BsonDocument("$sort", new BsonDocument { { "offers", -1 }, { "_id", 1 } }),
            new BsonDocument("$limit", maxCandidates),
        ]);
        var byHour = await AnswersAsync(Hour, query.Candidate is { } person ? [person] : null, cancellationToken);
        var byCandidate = await AnswersAsync(AnsweredBy, [.. candidates.Select(candidate => candidate["_id"])], cancellationToken);
        var jobs = hours.Sum(hour => hour["jobs"].ToInt64());
        return new JobStatistics(
            [.. hours.Select(hour => new HourStatistics(hour["_id"].ToUniversalTime(), Figures(hour, byHour)))],
            [.. candidates.Select(candidate => new CandidateStatistics(candidate["_id"].AsString, Figures(candidate, byCandidate)))],
            jobs,
            jobs < maxJobs);
    }

    private BsonDocument IsWon() =>
        query.Candidate is { } candidate ? Of("$eq", "$winner", new BsonDocument("$literal", candidate)) : Of("$ne", Of("$ifNull", "$winner", ""), "");

    private static BsonDocument Group(BsonValue key, BsonDocument offers, BsonDocument isWon) =>
        new("$group", new BsonDocument { { "_id", key }, { "jobs", Ones }, { "offers", offers }, { "wins", SumIf(isWon) } });

    /// <summary>What was answered by hour or by candidate, of these people alone where they are named.</summary>
    private async Task<Dictionary<BsonValue, BsonDocument>> AnswersAsync(BsonValue key, BsonArray? people, CancellationToken cancellationToken)
    {
        var answers = await AggregateAsync(cancellationToken,
        [
            new BsonDocument("$unwind", "$answers"),
            .. people is null
                ? Array.Empty<BsonDocument>()
            : [new BsonDocument("$match", new BsonDocument("answers.candidate", new BsonDocument("$in", people)))],
            new BsonDocument(
                "$project", new BsonDocument { { "key", key }, { "isAccepted", Of("$eq", "$answers.answer", "Accepted") }, { "after", "$answers.afterMs" } }),
            new BsonDocument("$sort", new BsonDocument { { "key", 1 }, { "after", 1 } }),
            new BsonDocument(
                "$group", new BsonDocument { { "_id", "$key" }, { "accepted", SumIf("$isAccepted") }, { "times", new BsonDocument("$push", "$after") } }),
            new BsonDocument(
                "$project", new BsonDocument { { "accepted", 1 }, { "total", Size() }, { "lower", At(Of("$subtract", Size(), 1)) }, { "upper", At(Size()) } }),
        ]);
        return answers.ToDictionary(answer => answer["_id"]);

        static BsonDocument Size() => new("$size", "$times");
        static BsonDocument At(BsonValue twice) => Of("$arrayElemAt", "$times", new BsonDocument("$toInt", Of("$divide", twice, 2)));
    }

    private Task<List<BsonDocument>> AggregateAsync(CancellationToken cancellationToken, params ReadOnlySpan<BsonDocument> stages)
    {
        var wanted = new BsonDocument("createdAt", new BsonDocument { { "$gte", query.From.UtcDateTime }, { "$lt", query.To.UtcDateTime } });
        if (query.Candidate is { } candidate) wanted.Add("candidates.id", candidate);
        BsonDocument[] pipeline = [new("$match", wanted), new("$sort", MongoJobViewIndex.NewestFirst), new("$limit", maxJobs), .. stages];
        return views.Aggregate<BsonDocument>(pipeline, Options, cancellationToken).ToListAsync(cancellationToken);
    }

    private static StatisticsFigures Figures(BsonDocument offered, Dictionary<BsonValue, BsonDocument> answered)
    {
        var (offers, wins) = (offered["offers"].ToInt64(), offered["wins"].ToInt64());
        if (!answered.TryGetValue(offered["_id"], out var answers)) return new StatisticsFigures(offers, wins, 0, 0, null);
        var accepted = answers["accepted"].ToInt64();
        return new StatisticsFigures(
            offers, wins, accepted, answers["total"].ToInt64() - accepted, StatisticsFigures.Median(answers["lower"].ToInt64(), answers["upper"].ToInt64()));
    }

    private static BsonDocument SumIf(BsonValue condition) => new("$sum", Of("$cond", condition, 1, 0));

    private static BsonDocument Of(string name, params ReadOnlySpan<BsonValue> arguments) => new(name, new BsonArray(arguments.ToArray()));
}
