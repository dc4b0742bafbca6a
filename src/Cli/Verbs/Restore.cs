using JobRequests.Persistence.Sqlite;

namespace JobRequests.Cli.Verbs;

/// <summary>Puts a backup in the place of the database of an embedded service that does not run.</summary>
internal static class Restore
{
    public static Command Build()
    {
        var data = new Option<string>("--data") { Description = "The data folder of an embedded service that is stopped", HelpName = "PATH", Required = true };
        var from = new Option<string>("--from") { Description = "The backup; it is copied and stays", HelpName = "FILE", Required = true };
        var verb = new Command("restore", "Replace an embedded service's database with a backup; the earlier files are kept beside it") { data, from };
        verb.SetAction(parsed =>
        {
            var (folder, backup) = (Path.GetFullPath(parsed.GetRequiredValue(data)), Path.GetFullPath(parsed.GetRequiredValue(from)));
            if (!File.Exists(backup))
                throw new UsageException($"There is no backup at {backup}.");
            var earlier = SqliteBackup.Restore(backup, folder, Backup.DatabaseName);
            Terminal.Good($"{backup} is now the database in {folder}."
                + (earlier is null ? "" : $" The earlier files are in {earlier}: delete them when you are sure."));
        });
        return verb;
    }
}
