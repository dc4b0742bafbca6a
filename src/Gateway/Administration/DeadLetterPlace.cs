using System.Globalization;

namespace JobRequests.Gateway.Administration;

/// <summary>A record's place in the dead-letter topic, as <c>PARTITION:OFFSET</c>.</summary>
internal readonly record struct DeadLetterPlace(int Partition, long Offset) : IComparable<DeadLetterPlace>
{
    public static bool TryParse(string? text, out DeadLetterPlace place)
    {
        place = default;
        if (text?.Split(':') is not [var partition, var offset]) return false;
        if (!int.TryParse(partition, NumberStyles.None, CultureInfo.InvariantCulture, out var inPartition)) return false;
        if (!long.TryParse(offset, NumberStyles.None, CultureInfo.InvariantCulture, out var at)) return false;
        place = new DeadLetterPlace(inPartition, at);
        return true;
    }

    public int CompareTo(DeadLetterPlace other) => Partition != other.Partition ? Partition.CompareTo(other.Partition) : Offset.CompareTo(other.Offset);

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Partition}:{Offset}");
}
