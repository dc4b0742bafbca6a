using Microsoft.Extensions.Options;

namespace JobRequests.Grains;

internal sealed class JobRequestOptionsValidator : IValidateOptions<JobRequestOptions>
{
    public ValidateOptionsResult Validate(string? name, JobRequestOptions options)
    {
        var rules = new SettingRules(JobRequestOptions.Section);
        rules.AtLeast(options.MaxFailsPerCaller, 1);
        rules.AtLeast(options.MaxFailsPerJob, 1);
        rules.AtLeast(options.MaxLedgerBytes, 1);
        rules.AtLeast(options.MaxEvents, 1);
        rules.AtLeast(options.MaxCommandsPerSecond, 0);
        rules.AtLeast(options.ClockTolerance, TimeSpan.Zero);
        rules.Positive(options.RetryBudget);
        rules.Positive(options.OutboxPositionDelay);
        rules.Positive(options.IdleAfter);
        rules.Positive(options.OutboxSweepAge);
        return rules.Result;
    }
}
