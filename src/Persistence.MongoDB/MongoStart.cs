using Microsoft.Extensions.Logging;
using MongoDB.Bson;
using MongoDB.Driver;
using MongoDB.Driver.Core.Clusters;
using MongoDB.Driver.Core.Servers;

namespace JobRequests.Persistence.MongoDB;

/// <summary>Waits until the database can be used, or says in one sentence why it cannot.</summary>
internal sealed partial class MongoStart(string name, MongoGrainStorageOptions options, MongoConnection connection, TimeProvider time, ILogger logger)
{
    private const int AuthenticationFailed = 18;
    private const int NotAReplicaSet = 123;
    private const int ReadConcernMajorityNotEnabled = 148;
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    public async Task WaitForServerAsync(CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await ProbeAsync(connection, cancellationToken);
                break;
            }
            catch (MongoCommandException exception) when (exception.Code is NotAReplicaSet or ReadConcernMajorityNotEnabled && IsStandalone && attempt == 1)
            {
                connection.ReadWithoutMajority();
            }
            catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
            {
                var problem = Describe(exception);
                var left = options.StartTimeout - time.GetElapsedTime(started);
                if (problem.Problem is not (MongoStartProblem.Unreachable or MongoStartProblem.NoPrimary) || left <= TimeSpan.Zero)
                    throw problem;
                if (attempt == 1)
                    LogWaiting(problem.Message, options.StartTimeout);
                await Task.Delay(left < Pause ? left : Pause, time, cancellationToken);
            }
        }
        if (IsStandalone && connection.MayWarn())
            LogStandalone(name, connection.Servers);
    }

    public async Task EnsureIndexesAsync(string serviceId, CancellationToken cancellationToken)
    {
        if (options.Indexes.Count == 0)
            return;
        try
        {
            if (options.CreateIndexes)
            {
                await MongoGrainStorageIndexes.CreateAsync(connection.Database, options.Collection, serviceId, options.Indexes, cancellationToken);
                return;
            }
            foreach (var index in await MongoGrainStorageIndexes.FindMissingAsync(
                connection.Database, options.Collection, serviceId, options.Indexes, cancellationToken))
                LogMissingIndex(name, index.Path, index.StateName);
        }
        catch (MongoCommandException exception) when (exception.Code == MongoFailure.Unauthorized)
        {
            throw Problem(MongoStartProblem.NotAuthorized,
                $"the user may not {(options.CreateIndexes ? "create" : "list")} indexes on {Collection}: grant it readWrite, or set CreateIndexes to false "
                    + "and create them with a tool", exception);
        }
        catch (MongoCommandException exception) when (!MongoFailure.IsUnknown(exception))
        {
            throw Problem(MongoStartProblem.IndexRefused,
                $"{Collection} refused the Indexes ({exception.CodeName ?? "no name"}, code {exception.Code}): drop the index of the same name, or choose "
                    + "another Collection", exception);
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            throw Describe(exception);
        }
    }

    /// <summary>The cheapest question that needs all that writes need but the right to write: a primary, the credentials and the right to read.</summary>
    public static async Task ProbeAsync(MongoConnection connection, CancellationToken cancellationToken)
    {
        using var found = await connection.Documents.FindAsync(new BsonDocument(GrainDocument.Id, ""), cancellationToken: cancellationToken);
        await found.FirstOrDefaultAsync(cancellationToken);
    }

    public MongoStartException Describe(Exception exception) => exception switch
    {
        MongoAuthenticationException or MongoCommandException { Code: AuthenticationFailed } => Problem(MongoStartProblem.WrongCredentials,
            $"{connection.Servers} refused the user name or password of {Setting}: correct it, and its authSource if the user belongs to another database",
            exception),
        MongoCommandException { Code: MongoFailure.Unauthorized } => Problem(MongoStartProblem.NotAuthorized,
            $"the user of {Setting} may not read {Collection}: grant it readWrite on the database, or give {Setting} a user name and password if the server "
                + "asks for them", exception),
        MongoIncompatibleDriverException => Problem(MongoStartProblem.Incompatible,
            $"the server at {connection.Servers} speaks a version of the protocol that this driver does not: MongoDB 5.0 or later is needed", exception),
        _ when !MongoFailure.IsUnknown(exception) => Problem(MongoStartProblem.Refused,
            $"{connection.Servers} answered with {Name(exception)}: see the inner exception", exception),
        _ => DescribeServers(exception),
    };

    private static string Name(Exception exception) => exception is MongoCommandException command
        ? $"the error {command.CodeName ?? "without a name"} ({command.Code})"
        : exception.GetType().Name;

    private ClusterDescription Cluster => connection.Database.Client.Cluster.Description;

    private bool IsStandalone => Cluster.Servers.Any(static server => server.Type == ServerType.Standalone);

    private string Collection => $"collection '{connection.Documents.CollectionNamespace.FullName}'";

    private string Setting => options.ConnectionName is { Length: > 0 } connectionName ? $"ConnectionName '{connectionName}'" : "ConnectionString";

    private MongoStartException DescribeServers(Exception exception)
    {
        var servers = Cluster.Servers;
        if (servers.Count == 0)
        {
            return Problem(MongoStartProblem.NoPrimary,
                $"none of the servers {connection.Servers} is a member of the replica set that {Setting} names: correct its replicaSet or its addresses",
                exception);
        }
        if (servers.All(static server => server.Type == ServerType.Unknown))
        {
            return Problem(MongoStartProblem.Unreachable,
                $"no server answered at {string.Join(", ", servers.Select(static server => $"{Address(server)} ({Reason(server.HeartbeatException)})"))}: "
                    + $"start it, or correct {Setting}", exception);
        }
        return servers.Any(static server => server.Type.IsWritable())
            ? Problem(MongoStartProblem.Unreachable,
                $"the server at {connection.Servers} did not complete a read in time ({exception.GetType().Name}): look at its load and log", exception)
            : Problem(MongoStartProblem.NoPrimary,
                $"the replica set has no primary, only {string.Join(", ", servers.Select(static server => $"{Address(server)} ({Words(server.Type)})"))}: wait "
                    + $"for its election, or add the missing members to {Setting}", exception);
    }

    private static string Address(ServerDescription server) =>
        server.EndPoint is System.Net.DnsEndPoint dns ? $"{dns.Host}:{dns.Port}" : server.EndPoint.ToString()!;

    private static string Words(ServerType type) => type switch
    {
        ServerType.Unknown => "no answer",
        ServerType.ReplicaSetSecondary => "secondary",
        ServerType.ReplicaSetArbiter => "arbiter",
        ServerType.ReplicaSetGhost => "not initiated",
        _ => "not the primary",
    };

    private static string Reason(Exception? exception)
    {
        for (var cause = exception; cause is not null; cause = cause.InnerException)
        {
            switch (cause)
            {
                case System.Net.Sockets.SocketException socket:
                    return socket.SocketErrorCode switch
                    {
                        System.Net.Sockets.SocketError.ConnectionRefused => "connection refused",
                        System.Net.Sockets.SocketError.HostNotFound or System.Net.Sockets.SocketError.TryAgain or System.Net.Sockets.SocketError.NoData =>
                            "unknown host name",
                        var code => code.ToString(),
                    };
                case System.Security.Authentication.AuthenticationException:
                    return "TLS handshake failed";
                case TimeoutException or OperationCanceledException:
                    return "no answer in time";
                case EndOfStreamException or MongoConnectionClosedException:
                    return "connection closed, perhaps for want of TLS";
                default:
                    break;
            }
        }
        return exception?.GetType().Name ?? "no answer yet";
    }

    private MongoStartException Problem(MongoStartProblem problem, string what, Exception inner) =>
        new(problem, $"MongoDB grain storage '{name}' cannot start: {what}.", inner);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Problem} Trying again for {StartTimeout}.")]
    private partial void LogWaiting(string problem, TimeSpan startTimeout);

    [LoggerMessage(Level = LogLevel.Warning,
        Message = "MongoDB grain storage {Name} uses the standalone server {Servers}: what is acknowledged is lost with its disk, and there is no failover; "
            + "production needs a replica set")]
    private partial void LogStandalone(string name, string servers);

    [LoggerMessage(Level = LogLevel.Warning,
        Message = "MongoDB grain storage {Name}: the index on {Path} of state {StateName} is missing, so each search by it reads all records of that state")]
    private partial void LogMissingIndex(string name, string path, string stateName);
}
