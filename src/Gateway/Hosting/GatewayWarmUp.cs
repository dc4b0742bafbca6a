using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using JobRequests.ServiceDefaults;
using JobRequests.Streaming.Kafka;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using Orleans.Serialization;

namespace JobRequests.Gateway.Hosting;

/// <summary>Throw-away jobs through a gateway of their own, by HTTP and with tokens that nobody else knows.</summary>
public static class GatewayWarmUp
{
    private const string Issuer = "warm-up";

    /// <param name="builder">A throw-away host with everything but the gateway.</param>
    /// <param name="cancellationToken">Ends it early.</param>
    public static Task RunAsync(WebApplicationBuilder builder, CancellationToken cancellationToken) => RunAsync(builder, static _ => { }, cancellationToken);

    /// <summary>A gateway without silos: every command succeeds.</summary>
    public static Task RunAloneAsync(CancellationToken cancellationToken)
    {
        var builder = WarmUpHosting.CreateThrowAwayBuilder(("Records:Secrets:1", Convert.ToBase64String(RandomNumberGenerator.GetBytes(32))));
        builder.UseOrleansClient(static client => client.UseLocalhostClustering());
        builder.Services.AddCommandSerializer();
        builder.Services.AddJobRecords();
        builder.Services.AddSingleton<IJobCommands, EveryCommandSucceeds>();
        // Nothing but the listener starts: there is no silo to connect to.
        return RunAsync(builder, static services => services.RemoveAll<IHostedService>(), cancellationToken);
    }

    private static async Task RunAsync(WebApplicationBuilder builder, Action<IServiceCollection> change, CancellationToken cancellationToken)
    {
        var secret = RandomNumberGenerator.GetBytes(32);
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Identity:Issuer"] = Issuer,
            ["Identity:Audience"] = Issuer,
            ["Identity:Keys:0:kty"] = "oct",
            ["Identity:Keys:0:k"] = Base64UrlEncoder.Encode(secret),
        });
        builder.AddGateway();
        change(builder.Services);
        var app = builder.Build();
        app.MapGateway();
        using var http = new HttpClient();
        var (requester, candidate) = (Token(secret, "requester"), Token(secret, "candidate"));
        await WarmUpHosting.RunJobsAsync(app, async number =>
        {
            var job = await SendAsync("/v1/job-requests", requester, """{"candidates":["candidate"],"tasks":[{"id":"t","name":"t"}]}""");
            await SendAsync($"{job}/accept", candidate, null);

            async Task<Uri?> SendAsync(string path, string token, string? body)
            {
                using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(new Uri(app.Urls.First()), path));
                request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
                request.Headers.Add(IdempotencyKey.Header, $"warm-up-{number}");
                if (body is not null) request.Content = new StringContent(body, Encoding.UTF8, "application/json");
                using var answer = await http.SendAsync(request, cancellationToken);
                return answer.EnsureSuccessStatusCode().Headers.Location;
            }
        }, cancellationToken);
    }

    private static string Token(byte[] secret, string person) => new JsonWebTokenHandler().CreateToken(new SecurityTokenDescriptor
    {
        Issuer = Issuer,
        Audience = Issuer,
        Claims = new Dictionary<string, object> { [Callers.SubjectClaim] = person },
        SigningCredentials = new SigningCredentials(new SymmetricSecurityKey(secret), SecurityAlgorithms.HmacSha256),
    });

    /// <summary>Commands become records and questions and answers are serialized, as on the way to a silo and back.</summary>
    private sealed class EveryCommandSucceeds([FromKeyedServices(StreamNames.Requests)] IKafkaRecordEncoder encoder, Serializer serializer) : IJobCommands
    {
        public Task SubmitAsync(CommandEnvelope command)
        {
            encoder.Encode(StreamId.Create(StreamNames.Requests, command.JobRequestId), command);
            return Task.CompletedTask;
        }

        public async Task<JobRequestReply> GetOutcomeAsync(string jobRequestId, OutcomeQuery query, TimeSpan wait)
        {
            await Task.Yield();
            var asked = Copy(query);
            return Copy<JobRequestReply>(new JobRequestReply.Succeeded(1, new JobSnapshot(
                jobRequestId, "Open", 1, 1, null, asked.Caller.Person, null, [new CandidateSnapshot("candidate", null)], 1,
                [new TaskSnapshot("t", "t", Done: false)], DateTimeOffset.UtcNow, null), Replayed: false));
        }

        private T Copy<T>(T value) where T : class => serializer.Deserialize<T>(serializer.SerializeToArray(value))!;
    }
}
