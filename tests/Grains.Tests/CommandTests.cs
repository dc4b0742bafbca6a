using System.Collections.Immutable;
using System.Reflection;
using System.Text.Json;
using JobRequests.Domain;
using JobRequests.Grains.Abstractions;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Serialization;

namespace JobRequests.Grains.Tests;

/// <summary>What is forgotten where a command is defined shows here: each command there is, by reflection.</summary>
public sealed class CommandTests
{
    public static TheoryData<Type> Kinds => [.. typeof(JobRequestCommand).GetNestedTypes().Where(type => type.IsSubclassOf(typeof(JobRequestCommand)))];

    [Fact]
    public void Every_command_has_an_operation() => Assert.Equal(Kinds.Count, Operations.All.Distinct().Count());

    [Theory, MemberData(nameof(Kinds), DisableDiscoveryEnumeration = true)]
    public void Every_member_is_part_of_the_fingerprint(Type kind)
    {
        var prints = Members(kind).Select(member => Print(Make(kind, changed: member))).Append(Print(Make(kind))).ToList();

        Assert.Equal(prints.Count, prints.Distinct().Count());
    }

    [Theory, MemberData(nameof(Kinds), DisableDiscoveryEnumeration = true)]
    public void A_command_without_a_member_it_needs_is_not_complete(Type kind)
    {
        Assert.True(Make(kind).IsComplete);
        foreach (var member in Members(kind)
            .Where(member => new NullabilityInfoContext().Create(member).WriteState == NullabilityState.NotNull && !IsOptional(member)))
            Assert.False(Make(kind, missing: member).IsComplete, member.Name);
    }

    [Theory, MemberData(nameof(Kinds), DisableDiscoveryEnumeration = true)]
    public void A_command_survives_a_call_of_the_grain(Type kind)
    {
        using var services = new ServiceCollection().AddCommandSerializer().BuildServiceProvider();
        var serializer = services.GetRequiredService<Serializer>();
        var sent = Make(kind);

        var received = serializer.Deserialize<JobRequestCommand>(serializer.SerializeToArray(sent));

        Assert.IsType(kind, received);
        Assert.Equal(Print(sent), Print(received));
    }

    [Theory, MemberData(nameof(Kinds), DisableDiscoveryEnumeration = true)]
    public void A_command_says_nothing_but_its_members(Type kind)
    {
        using var json = JsonDocument.Parse(JsonSerializer.Serialize(Make(kind), CommandJson.Default.JobRequestCommand));

        Assert.Equal(
            Members(kind).Select(member => JsonNamingPolicy.CamelCase.ConvertName(member.Name!)).Append("operation").Order(),
            json.RootElement.EnumerateObject().Select(member => member.Name).Order());
    }

    private static string Print(JobRequestCommand command) => Fingerprint.Of("job", new Caller("ann", false), null, command);

    private static ParameterInfo[] Members(Type kind) => kind.GetConstructors().Single().GetParameters();

    private static bool IsOptional(ParameterInfo member) =>
        Nullable.GetUnderlyingType(member.ParameterType) is not null || member.ParameterType == typeof(bool);

    private static JobRequestCommand Make(Type kind, ParameterInfo? changed = null, ParameterInfo? missing = null) =>
        (JobRequestCommand)Activator.CreateInstance(kind,
            [.. Members(kind).Select(member => member.Equals(missing) ? Nothing(member.ParameterType) : Value(member.ParameterType, member.Equals(changed)))])!;

    private static object? Nothing(Type type) => type.IsValueType ? Activator.CreateInstance(type) : null;

    // A member of a type that is not here needs a value here.
    private static object Value(Type type, bool isChanged) =>
        type == typeof(string) ? isChanged ? "other" : "text"
        : type == typeof(DateTimeOffset?) ? DateTimeOffset.UnixEpoch.AddSeconds(isChanged ? 2 : 1)
        : type == typeof(ImmutableArray<string>) ? (ImmutableArray<string>)[isChanged ? "bob" : "ann"]
        : type == typeof(ImmutableArray<JobTask>) ? (ImmutableArray<JobTask>)[new JobTask("t1", isChanged ? "doors" : "windows")]
        : type == typeof(ImmutableArray<string>?) ? (ImmutableArray<string>)[isChanged ? "bob" : "ann"]
        : type == typeof(ImmutableArray<Wave>?) ? (ImmutableArray<Wave>)[new Wave(3, isChanged ? 20 : 10)]
        : type == typeof(int?) ? isChanged ? 20 : 10
        // A member that is false is left out.
        : type == typeof(bool) ? !isChanged
        : type == typeof(JobDetails) ? new JobDetails { Description = isChanged ? "all doors" : "all windows" }
        : throw new NotSupportedException($"A member of type {type} is not known to this test.");
}
