using JobRequests.Silo;
using Microsoft.Extensions.Options;

namespace JobRequests.Silo
{
    /// <summary>How a silo verifies the stored jobs while it serves; section <c>Verification</c>.</summary>
    public sealed class BackgroundVerificationOptions
    {
        public const string Section = "Verification";

        /// <summary>Time between two runs, once somebody has asked for the result; zero: only when asked to run.</summary>
        public TimeSpan Period { get; set; }

        /// <summary>How fast jobs are read. The service has the rest of the machine and of the database.</summary>
        public int JobsPerSecond { get; set; } = 2_000;

        /// <summary>A run that takes longer is broken off, and nothing is known.</summary>
        public TimeSpan MaxDuration { get; set; } = TimeSpan.FromMinutes(30);

        /// <summary>Whether the topics are read too, from their beginnings, at full speed.</summary>
        public bool Topics { get; set; }
    }

    internal sealed class BackgroundVerificationOptionsValidator : IValidateOptions<BackgroundVerificationOptions>
    {
        public ValidateOptionsResult Validate(string? name, BackgroundVerificationOptions options)
        {
            var rules = new SettingRules(BackgroundVerificationOptions.Section);
            rules.AtLeast(options.Period, TimeSpan.Zero);
            rules.AtLeast(options.JobsPerSecond, 1);
            rules.Positive(options.MaxDuration);
            return rules.Result;
        }
    }
}

namespace Microsoft.Extensions.Hosting
{
    internal static class BackgroundVerificationHosting
    {
        // "Verification": { "Period": "00:00:00", "JobsPerSecond": 2000, "MaxDuration": "00:30:00", "Topics": false }

        public static void AddBackgroundVerification<TTarget>(this IServiceCollection services)
            where TTarget : class, IVerificationTarget
        {
            services.AddOptions<BackgroundVerificationOptions>().BindConfiguration(BackgroundVerificationOptions.Section).ValidateOnStart();
            services.AddSingleton<IValidateOptions<BackgroundVerificationOptions>, BackgroundVerificationOptionsValidator>();
            services.AddSingleton<IVerificationTarget, TTarget>();
        }
    }
}
