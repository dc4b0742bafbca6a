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

    public static readonly Option<string?> ConfigFile = new("--kafka-config-file")
    {
        Description =
            $"A file with one KEY=VALUE of librdkafka a line, for what others must not see in a list of processes ({SettingsVariable} holds such lines, too)",
        HelpName = "FILE",
        Recursive = true,
    };

    public static readonly Option<string?> Prefix = new("--prefix")
    {
        Description = $"What the names of this service's topics begin with (default: the names in {ServerSettings.FileVariable})",
        HelpName = "TEXT",
        Recursive = true,
    };

    public static readonly Option<string?> Group = new("--group")
    {
        Description = $"The consumer group of the silos (default: the one in {ServerSettings.FileVariable}, else {ServerSettings.DefaultName})",
        HelpName = "NAME",
        Recursive = true,
    };

    private const string ConnectionVariable = "ConnectionStrings__kafka";
    private const string Variable = "KAFKA";
    private const string SettingsVariable = "JOBCTL_KAFKA_CONFIG";

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
        foreach (var option in (Option[])[Kafka, Config, ConfigFile, Prefix, Group])
            verb.Options.Add(option);
    }

    public static TopicNames Names(ParseResult parsed) =>
        TopicNames.Of(ServerSettings.Load(settingsFile: null), parsed.GetValue(Prefix), parsed.GetValue(Group));

    /// <exception cref="UsageException">No server is named, or a setting is malformed.</exception>
    public static KafkaServer Server(ParseResult parsed)
    {
        (string Name, string? Value)[] sources =
        [
            ("--kafka", parsed.GetValue(Kafka)),
            (ConnectionVariable, Environment.GetEnvironmentVariable(ConnectionVariable)),
            (Variable, Environment.GetEnvironmentVariable(Variable)),
            (ServerSettings.FileVariable, ServerSettings.Kafka(ServerSettings.Load(settingsFile: null))),
        ];
        foreach (var (name, value) in sources)
        {
            if (!string.IsNullOrWhiteSpace(value))
                return new KafkaServer(value, name, Settings(parsed));
        }

        throw new UsageException($"Which Kafka? Name its bootstrap servers with --kafka HOST:PORT, {ConnectionVariable} or {Variable}.");
    }

    /// <summary>The variable's, then the file's, then the command line's: the later counts.</summary>
    private static Dictionary<string, string> Settings(ParseResult parsed)
    {
        var settings = new Dictionary<string, string>(StringComparer.Ordinal);
        Add(settings, SettingsVariable, Lines(Environment.GetEnvironmentVariable(SettingsVariable) ?? ""));
        if (parsed.GetValue(ConfigFile) is { } file)
            Add(settings, file, Lines(File.ReadAllText(file)));
        Add(settings, Config.Name, parsed.GetValue(Config) ?? []);
        return settings;
    }

    private static IEnumerable<string> Lines(string text) =>
        text.Split('\n').Select(line => line.TrimEnd('\r')).Where(line => line.Trim() is { Length: > 0 } and not ['#', ..]);

    private static void Add(Dictionary<string, string> settings, string source, IEnumerable<string> pairs)
    {
        foreach (var pair in pairs)
        {
            var equals = pair.IndexOf('=', StringComparison.Ordinal);

            // What stands after the sign may be a password.
            if (equals < 1)
                throw new UsageException($"{source} is KEY=VALUE, such as security.protocol=sasl_ssl.");
            settings[pair[..equals].Trim()] = pair[(equals + 1)..];
        }
    }
}
