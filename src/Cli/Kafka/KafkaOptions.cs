using System.CommandLine;

namespace JobRequests.Cli.Kafka;

/// <summary>Options of the verbs that talk to Kafka itself.</summary>
internal static class KafkaOptions
{
    public static readonly Option<string?> Kafka = new("--kafka")
    {
        Description = $"Kafka's bootstrap servers (default: {ConnectionVariable}, else {Variable})",
        HelpName = "HOST:PORT",
        Recursive = true,
    };

    public static readonly Option<string[]> Config = new("--kafka-config")
    {
        Description = "A setting of librdkafka, such as security.protocol=sasl_ssl; may be repeated",
        HelpName = "KEY=VALUE",
        Recursive = true,
    };

    public static readonly Option<string> Prefix = new("--prefix")
    {
        Description = "What the names of this service's topics begin with",
        HelpName = "TEXT",
        DefaultValueFactory = _ => "",
        Recursive = true,
    };

    public static readonly Option<string> Group = new("--group")
    {
        Description = "The consumer group of the silos",
        HelpName = "NAME",
        DefaultValueFactory = _ => TopicNames.DefaultGroup,
        Recursive = true,
    };

    private const string ConnectionVariable = "ConnectionStrings__kafka";
    private const string Variable = "KAFKA";

    static KafkaOptions()
    {
        Prefix.Validators.Add(result =>
        {
            if (result.Tokens is [var token] && !token.Value.All(static letter => char.IsAsciiLetterOrDigit(letter) || letter is '.' or '_' or '-'))
                result.AddError($"--prefix is made of letters, digits and any of . _ -, not '{token.Value}'.");
        });
    }

    public static void AddTo(Command verb)
    {
        foreach (var option in (Option[])[Kafka, Config, Prefix, Group])
            verb.Options.Add(option);
    }

    public static TopicNames Names(ParseResult parsed) => new(parsed.GetRequiredValue(Prefix), parsed.GetRequiredValue(Group));

    /// <exception cref="UsageException">No server is named, or a setting is malformed.</exception>
    public static KafkaServer Server(ParseResult parsed)
    {
        (string Name, string? Value)[] sources =
        [
            ("--kafka", parsed.GetValue(Kafka)),
            (ConnectionVariable, Environment.GetEnvironmentVariable(ConnectionVariable)),
            (Variable, Environment.GetEnvironmentVariable(Variable)),
        ];
        foreach (var (name, value) in sources)
        {
            if (!string.IsNullOrWhiteSpace(value))
                return new KafkaServer(value, name, Settings(parsed.GetValue(Config) ?? []));
        }

        throw new UsageException($"Which Kafka? Name its bootstrap servers with --kafka HOST:PORT, {ConnectionVariable} or {Variable}.");
    }

    private static Dictionary<string, string> Settings(string[] pairs)
    {
        var settings = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var pair in pairs)
        {
            var equals = pair.IndexOf('=', StringComparison.Ordinal);

            // What stands after the sign may be a password.
            if (equals < 1)
                throw new UsageException("--kafka-config is KEY=VALUE, such as security.protocol=sasl_ssl.");
            settings[pair[..equals].Trim()] = pair[(equals + 1)..];
        }

        return settings;
    }
}
