using System.Text.Json.Serialization;
using JobRequests.Domain;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Serialization;

namespace JobRequests.Grains.Abstractions;

/// <summary>
/// Commands as JSON: between processes, and in fingerprints. What this version does not know is refused: a member that is left out could be the one
/// that matters.
/// </summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(JobRequestCommand))]
public sealed partial class CommandJson : JsonSerializerContext;

public static class CommandJsonHosting
{
    /// <summary>Lets Orleans send commands, which know nothing of it, as JSON.</summary>
    public static IServiceCollection AddCommandSerializer(this IServiceCollection services) => services.AddSerializer(
        serializer => serializer.AddJsonSerializer(typeof(JobRequestCommand).IsAssignableFrom, CommandJson.Default.Options));
}
