using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace JobRequests.Domain;

/// <summary>
/// A job's id is derived from who creates it and the key of that request, so a retried create always names the same job.
/// UUID version 5 (RFC 9562) over a length-prefixed caller and the key: no two pairs share a name.
/// </summary>
public static class JobRequestId
{
    private static readonly Guid Namespace = new("5b0f1a3e-6f0c-4b7e-9c1d-2f6a8e4d7c90");

    /// <returns>36 characters, lower case.</returns>
    public static string Derive(string caller, string key)
    {
        var callerBytes = Encoding.UTF8.GetByteCount(caller);
        var input = new byte[16 + 4 + callerBytes + Encoding.UTF8.GetByteCount(key)];
        Namespace.TryWriteBytes(input, bigEndian: true, out _);
        BinaryPrimitives.WriteInt32BigEndian(input.AsSpan(16), callerBytes);
        Encoding.UTF8.GetBytes(caller, input.AsSpan(20));
        Encoding.UTF8.GetBytes(key, input.AsSpan(20 + callerBytes));

        Span<byte> hash = stackalloc byte[SHA1.HashSizeInBytes];
#pragma warning disable CA5350 // UUID version 5 is defined with SHA-1; uniqueness of names is wanted here, not secrecy.
        SHA1.HashData(input, hash);
#pragma warning restore CA5350
        hash[6] = (byte)((hash[6] & 0x0F) | 0x50);
        hash[8] = (byte)((hash[8] & 0x3F) | 0x80);
        return new Guid(hash[..16], bigEndian: true).ToString();
    }

    /// <summary>The id that a text names, whatever the case of its letters; null where it names none.</summary>
    public static string? Read(string? text) =>
        Guid.TryParseExact(text, "D", out var id) && id.ToString() is var read && read.Equals(text, StringComparison.OrdinalIgnoreCase) ? read : null;

    /// <summary>Whether <paramref name="text"/> has the one form that ids have.</summary>
    public static bool IsWellFormed(string text) => Guid.TryParseExact(text, "D", out var id) && id.ToString() == text;
}
