using System.Reflection;

namespace JobRequests.Domain.Tests;

public sealed class RejectionsTests
{
    [Fact]
    public void Every_rejection_is_listed()
    {
        var declared = typeof(Rejections).GetFields(BindingFlags.Public | BindingFlags.Static)
            .Where(field => field.FieldType == typeof(Rejection))
            .Select(field => (Rejection)field.GetValue(null)!);

        Assert.Equal(declared.Select(rejection => rejection.Code).Order(), Rejections.All.Select(rejection => rejection.Code).Order());
    }

    [Fact]
    public void Codes_are_distinct_and_in_capitals() => Assert.All(Rejections.All, rejection =>
    {
        Assert.Matches("^[A-Z]+(_[A-Z]+)*$", rejection.Code);
        Assert.Single(Rejections.All, other => other.Code == rejection.Code);
    });

    [Fact]
    public void A_rejection_is_found_only_by_its_code()
    {
        Assert.All(Rejections.All, rejection => Assert.Same(rejection, Rejections.Find(rejection.Code)));
        Assert.Null(Rejections.Find("NO_SUCH_CODE"));
        Assert.Null(Rejections.Find("job_closed"));
    }

    [Fact]
    public void Every_rejection_tells_a_person_what_it_means() => Assert.All(Rejections.All, rejection =>
    {
        Assert.NotEmpty(rejection.Title);
        Assert.EndsWith(".", rejection.Description);
    });

    [Fact]
    public void The_kind_separates_conflicts_prohibitions_and_failed_conditions() => Assert.All(Rejections.All, rejection =>
        Assert.Equal(
            rejection.Code switch
            {
                "NOT_ALLOWED" => RejectionKind.NotAllowed,
                "VERSION_MISMATCH" => RejectionKind.PreconditionFailed,
                _ => RejectionKind.Conflict,
            },
            rejection.Kind));

    /// <summary>Clients compare these: a changed or missing one breaks them.</summary>
    [Fact]
    public void The_codes_are_these() => Assert.Equal(
        [
            "ALREADY_ACCEPTED", "ALREADY_ANSWERED", "ALREADY_ASSIGNED", "ALREADY_EXISTS", "ALREADY_STARTED", "DEADLINE_PASSED", "ENDS_BEFORE_START",
            "JOB_CLOSED", "NOT_ACCEPTED", "NOT_ALLOWED", "NOT_CONFIRMABLE", "NOT_RELEASABLE", "NOT_STARTED", "STANDBY_FULL", "TASKS_OPEN",
            "TASK_ALREADY_FINISHED", "TASK_UNKNOWN", "TOO_MANY_CANDIDATES", "VERSION_MISMATCH",
        ],
        Rejections.All.Select(rejection => rejection.Code).Order(StringComparer.Ordinal));
}
