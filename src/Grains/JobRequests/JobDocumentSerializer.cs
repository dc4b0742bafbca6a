using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Orleans.Storage;

namespace JobRequests.Grains;

/// <summary>Job documents as JSON, with generated code. Registered under the storage's name, <see cref="JobRequestOptions.StorageName"/>.</summary>
public sealed class JobDocumentSerializer : IGrainStorageSerializer
{
    public BinaryData Serialize<T>(T? input) => new(JsonSerializer.SerializeToUtf8Bytes(input!, TypeInfo<T>()));

    public T Deserialize<T>(BinaryData input) =>
        JsonSerializer.Deserialize(input.ToMemory().Span, TypeInfo<T>()) ?? throw new JsonException("A stored document is 'null'.");

    private static JsonTypeInfo<T> TypeInfo<T>() =>
        (JsonTypeInfo<T>?)JobDocumentJson.Default.GetTypeInfo(typeof(T)) ?? throw new NotSupportedException($"{typeof(T)} is not a stored type of the jobs.");
}
