using System.ComponentModel;
using System.Reflection;

namespace JobRequests.ServiceDefaults;

/// <summary>A place in the tree of settings: a value, named members, or entries with names of their own.</summary>
internal sealed class SettingNode
{
    private static readonly SettingNode Text = new() { ValueType = typeof(string) };

    /// <summary>What is below is read by others, who judge it themselves.</summary>
    public static SettingNode Open { get; } = new() { ValueType = typeof(string), IsOpen = true };

    public Dictionary<string, SettingNode> Members { get; } = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>What every entry of a dictionary or list is.</summary>
    public SettingNode? Entry { get; init; }

    /// <summary>What its text has to be convertible to; null where only its members have values.</summary>
    public Type? ValueType { get; private init; }

    public bool IsOpen { get; private init; }

    /// <summary>An empty text is the same as none.</summary>
    public bool IsOptional { get; private init; }

    public static SettingNode Of(Type type)
    {
        var isOptional = Nullable.GetUnderlyingType(type) is not null;
        type = Nullable.GetUnderlyingType(type) ?? type;
        if (type == typeof(string) || type == typeof(byte[])) return Text;
        if (SettingValue.IsReadable(type)) return new SettingNode { ValueType = type, IsOptional = isOptional };
        if (EntryType(type) is { } entry) return new SettingNode { Entry = Of(entry) };
        var node = new SettingNode();
        node.AddMembersOf(type);
        return node;
    }

    /// <summary>Named members; the others stay.</summary>
    public SettingNode With(params (string Name, SettingNode Node)[] members)
    {
        foreach (var (name, node) in members) Members[name] = node;
        return this;
    }

    /// <summary>The properties that the configuration binder fills.</summary>
    public void AddMembersOf(Type type)
    {
        foreach (var property in type.GetProperties(BindingFlags.Public | BindingFlags.Instance))
        {
            var isInterface = property.PropertyType.IsInterface && EntryType(property.PropertyType) is null;
            var isFilledInPlace = property.SetMethod is not { IsPublic: true } && EntryType(property.PropertyType) is not null;
            if (property.GetIndexParameters().Length > 0
                || isInterface
                || property.PropertyType.IsAssignableTo(typeof(Delegate))
                || property.PropertyType == type) continue;
            if (property.SetMethod is { IsPublic: true } || isFilledInPlace) Members[property.Name] = Of(property.PropertyType);
        }
    }

    /// <summary>The member at a path, made where it is not there.</summary>
    public SettingNode At(string path)
    {
        var node = this;
        foreach (var name in path.Split(':'))
        {
            if (!node.Members.TryGetValue(name, out var next)) node.Members[name] = next = new SettingNode();
            node = next;
        }

        return node;
    }

    /// <summary>Every value below, an entry of a dictionary or list as its number 0.</summary>
    public IEnumerable<(string Path, Type Type)> Values(string path)
    {
        if (ValueType is { } type && !IsOpen) yield return (path, type);
        foreach (var (name, node) in Entry is null ? Members.AsEnumerable() : Members.Append(KeyValuePair.Create("0", Entry)))
            foreach (var value in node.Values(path.Length == 0 ? name : $"{path}:{name}"))
                yield return value;
    }

    public SettingNode? Find(string name) => Members.GetValueOrDefault(name) ?? Entry;

    private static Type? EntryType(Type type)
    {
        var shapes = type.GetInterfaces().Append(type).Where(static shape => shape.IsGenericType).ToList();
        return Argument(typeof(IDictionary<,>), 1) ?? Argument(typeof(IEnumerable<>), 0);

        Type? Argument(Type shape, int index) => shapes.Find(found => found.GetGenericTypeDefinition() == shape)?.GetGenericArguments()[index];
    }
}

/// <summary>Reads a setting's text as the configuration binder does.</summary>
internal static class SettingValue
{
    public static bool IsReadable(Type type) => TypeDescriptor.GetConverter(type).CanConvertFrom(typeof(string)) || Parser(type) is not null;

    public static bool CanRead(Type type, string text)
    {
        if (!TypeDescriptor.GetConverter(type).CanConvertFrom(typeof(string))) return (bool)Parser(type)!.Invoke(null, [text, null])!;
        try
        {
            TypeDescriptor.GetConverter(type).ConvertFromInvariantString(text);
            return true;
        }
        catch (Exception exception) when (exception is FormatException or ArgumentException or NotSupportedException or OverflowException)
        {
            return false;
        }
    }

    /// <summary>What a person is to write.</summary>
    public static string Describe(Type type) => type switch
    {
        _ when type == typeof(TimeSpan) => "a time such as 00:00:30",
        _ when type == typeof(bool) => "true or false",
        _ when type.IsEnum => $"one of {string.Join(", ", Enum.GetNames(type))}",
        _ when type == typeof(int) || type == typeof(long) || type == typeof(uint) || type == typeof(ushort) => "a whole number",
        _ when type == typeof(double) || type == typeof(float) || type == typeof(decimal) => "a number such as 0.5",
        _ when type == typeof(System.Net.IPAddress) => "an IP address",
        _ => $"a {type.Name}",
    };

    private static MethodInfo? Parser(Type type) =>
        type.GetMethod("TryParse", BindingFlags.Public | BindingFlags.Static, [typeof(string), type.MakeByRefType()]);
}
