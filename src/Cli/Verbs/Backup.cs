using JobRequests.Persistence.Sqlite;

namespace JobRequests.Cli.Verbs;

/// <summary>Copies the database of an embedded service while it runs.</summary>
internal static class Backup
{
    public const string DatabaseName = "jobs.db";

    public static Command Build()
    {
        var data = new Option<string>("--data") { Description = "The data folder of an embedded service", HelpName = "PATH", Required = true };
        var to = new Option<string>("--to") { Description = "The file to write; it must not exist", HelpName = "FILE", Required = true };
        var verb = new Command("backup", "Copy an embedded service's database while it runs") { data, to };
        verb.SetAction(parsed =>
        {
            var source = Path.Combine(Path.GetFullPath(parsed.GetRequiredValue(data)), DatabaseName);
            var target = Path.GetFullPath(parsed.GetRequiredValue(to));
            if (!File.Exists(source))
                throw new UsageException($"There is no database at {source}.");
            if (Path.Exists(target))
                throw new UsageException($"{target} already exists; refusing to overwrite it.");

            SqliteBackup.Write(source, target);
            Terminal.Good($"{source} is copied to {target} ({new FileInfo(target).Length / 1024.0:0} KB). "
                + $"To restore: stop the service, then `jobctl restore --data {Path.GetDirectoryName(source)} --from {target}`.");
        });
        return verb;
    }
}
