using Microsoft.Extensions.Options;

namespace JobRequests.Grains;

internal sealed class JobRequestOptionsValidator : IValidateOptions<JobRequestOptions>
{
    public ValidateOptionsResult Validate(string? name, JobRequestOptions options)
    {
        var builder = new ValidateOptionsResultBuilder();
        AtLeastOne(options.MaxFailsPerCaller, nameof(options.MaxFailsPerCaller));
        AtLeastOne(options.MaxFailsPerJob, nameof(options.MaxFailsPerJob));
        AtLeastOne(options.MaxLedgerBytes, nameof(options.MaxLedgerBytes));
        AtLeastOne(options.MaxEvents, nameof(options.MaxEvents));
        if (options.ClockTolerance < TimeSpan.Zero)
            builder.AddError($"must not be negative, but is {options.ClockTolerance}.", $"Jobs:{nameof(options.ClockTolerance)}");
        if (options.MaxCommandsPerSecond < 0)
            builder.AddError($"must not be negative, but is {options.MaxCommandsPerSecond}.", $"Jobs:{nameof(options.MaxCommandsPerSecond)}");
        Positive(options.RetryBudget, nameof(options.RetryBudget));
        Positive(options.OutboxPositionDelay, nameof(options.OutboxPositionDelay));
        Positive(options.IdleAfter, nameof(options.IdleAfter));
        Positive(options.OutboxSweepAge, nameof(options.OutboxSweepAge));
        return builder.Build();

        void AtLeastOne(int value, string property)
        {
            if (value < 1) builder.AddError($"must be at least 1, but is {value}.", $"Jobs:{property}");
        }

        void Positive(TimeSpan value, string property)
        {
            if (value <= TimeSpan.Zero) builder.AddError($"must be positive, but is {value}.", $"Jobs:{property}");
        }
    }
}
