using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using JobRequests.Gateway.Requests;
using JobRequests.Records;

namespace JobRequests.Gateway.JobRequests;

/// <summary>
/// Proves that an address of the status route was made here, for a command that was handed over. Only then does asking at that address,
/// after the deadline, make the job record that it passed: otherwise anybody could fill a job's document with keys nobody has used.
/// </summary>
internal interface IStatusSignature
{
    string Sign(RequestName name, long notAfter);

    bool IsOurs(string signature, RequestName name, long notAfter);
}

/// <summary>By the secret that the processes of a cluster share: what one gateway signs, each of them knows.</summary>
internal sealed class ClusterStatusSignature(RecordSignature signature) : IStatusSignature
{
    private const string Type = "status-address";

    public string Sign(RequestName name, long notAfter) => Encoding.ASCII.GetString(signature.Sign(Type, StatusText.Key(name), StatusText.Value(name, notAfter)));

    public bool IsOurs(string text, RequestName name, long notAfter) => signature.IsOfCluster(Encoding.UTF8.GetBytes(text), Type, StatusText.Key(name), StatusText.Value(name, notAfter));
}

/// <summary>By a secret that ends with the process, as do the commands that it has not decided.</summary>
internal sealed class ProcessStatusSignature : IStatusSignature
{
    private readonly byte[] secret = RandomNumberGenerator.GetBytes(32);

    public string Sign(RequestName name, long notAfter) =>
        Base64Url.EncodeToString(HMACSHA256.HashData(secret, (byte[])[.. StatusText.Key(name), (byte)'\n', .. StatusText.Value(name, notAfter)]));

    public bool IsOurs(string text, RequestName name, long notAfter) =>
        CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(text), Encoding.ASCII.GetBytes(Sign(name, notAfter)));
}

internal static class StatusText
{
    public static byte[] Key(RequestName name) => Encoding.UTF8.GetBytes(name.JobRequestId);

    // No part but the last may hold a line feed.
    public static byte[] Value(RequestName name, long notAfter) => Encoding.UTF8.GetBytes(string.Create(null, $"{notAfter}\n{name.Operation}\n{name.Key}\n{name.Caller}"));
}
