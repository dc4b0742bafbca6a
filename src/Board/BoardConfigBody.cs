using System.Text.Json.Serialization;

namespace JobRequests.Board;

/// <summary>What the board has to know before anybody has signed in. Nothing of it is secret.</summary>
/// <param name="Version">The board's version.</param>
/// <param name="Identity">How people sign in.</param>
/// <param name="Links">Pages beside the board.</param>
internal sealed record BoardConfigBody(string Version, BoardIdentityBody Identity, BoardLinksBody Links);

/// <summary>How people sign in.</summary>
/// <param name="Development">Whether a name is enough: the token <c>dev-ann</c> acts as <c>ann</c>.</param>
/// <param name="RoleClaim">The claim of a token that holds roles.</param>
public sealed record BoardIdentityBody(bool Development, string RoleClaim);

/// <param name="Docs">The description of the API.</param>
/// <param name="Dashboard">The Orleans Dashboard; left out where none is configured.</param>
/// <param name="KafkaUi">A view into Kafka; left out where none is configured.</param>
/// <param name="Map">A map's address with <c>{latitude}</c> and <c>{longitude}</c>, or <c>{text}</c>; left out where none is configured.</param>
internal sealed record BoardLinksBody(
    string Docs,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Dashboard,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? KafkaUi,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Map);
