using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using JobRequests.Streaming.Kafka;

namespace JobRequests.Gateway.JobRequests;

// 33 bytes in base64url: form (1) · createdAt of the last job, unix ms, big-endian (8) · its id (16) · check (8).
// The check is over these and what was asked for by whom. It is no secret: who makes a cursor up comes to a place in a list of jobs that it
// may see anyway.

/// <summary>Where a list continues. A cursor that was altered, or that belongs to another question, is not one.</summary>
internal static class JobListCursor
{
    private const byte Form = 1;
    private const int PositionLength = 1 + 8 + 16;
    private const int Length = PositionLength + 8;

    public static string Write(JobPosition position, JobQuery query, Caller caller)
    {
        Span<byte> bytes = stackalloc byte[Length];
        bytes[0] = Form;
        BinaryPrimitives.WriteInt64BigEndian(bytes[1..], position.CreatedAt);
        Guid.ParseExact(position.JobRequestId, "D").TryWriteBytes(bytes[9..], bigEndian: true, out _);
        Check(bytes[..PositionLength], query, caller, bytes[PositionLength..]);
        return Base64Url.EncodeToString(bytes);
    }

    public static bool TryRead(string cursor, JobQuery query, Caller caller, out JobPosition position)
    {
        position = default;
        Span<byte> bytes = stackalloc byte[Length];
        Span<byte> check = stackalloc byte[Length - PositionLength];

        // Only the one way to write it: nothing in an altered cursor goes unnoticed.
        if (cursor.Length != Base64Url.GetEncodedLength(Length) || !Base64Url.IsValid(cursor)) return false;
        if (!Base64Url.TryDecodeFromChars(cursor, bytes, out var written) || written != Length || Base64Url.EncodeToString(bytes) != cursor) return false;
        Check(bytes[..PositionLength], query, caller, check);
        if (bytes[0] != Form || !check.SequenceEqual(bytes[PositionLength..])) return false;
        position = new JobPosition(BinaryPrimitives.ReadInt64BigEndian(bytes[1..]), new Guid(bytes.Slice(9, 16), bigEndian: true).ToString());
        return true;
    }

    private static void Check(ReadOnlySpan<byte> position, JobQuery query, Caller caller, Span<byte> check)
    {
        var asked = new[] { caller.Person, caller.IsAdmin ? "admin" : "", query.Status, query.Candidate, query.Requester, query.Text,
            query.Standing, query.StartsFrom?.ToString("O"), query.StartsTo?.ToString("O") }
            .Concat(query.Metadata ?? [])
            .Select(static part => part is null ? (ReadOnlyMemory<byte>?)null : Encoding.UTF8.GetBytes(part));
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData([.. position, .. LengthPrefixed.Join([.. asked])], digest);
        digest[..check.Length].CopyTo(check);
    }
}
