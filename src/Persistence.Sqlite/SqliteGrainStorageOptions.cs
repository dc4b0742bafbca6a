using Orleans.Storage;

namespace JobRequests.Persistence.Sqlite;

/// <summary>Settings of one named grain storage.</summary>
public sealed class SqliteGrainStorageOptions : IStorageProviderSerializerOptions
{
    /// <summary>Early: a data folder that cannot be used stops the silo before it joins a cluster.</summary>
    public const int DefaultInitStage = ServiceLifecycleStage.RuntimeStorageServices;

    /// <summary>
    /// The folder of the database file. Storages, and other users of <see cref="ISqliteDatabases"/>, that name the same folder share one
    /// file and its writer. <see langword="null"/> stands for <see cref="SqliteDatabaseOptions.DataFolder"/>.
    /// </summary>
    public string? DataFolder { get; set; }

    /// <summary>Values inside JSON states by which grains can be found.</summary>
    public IList<GrainStateIndex> Indexes { get; } = [];

    /// <summary>The stage of the silo's lifecycle at which the storage opens its database.</summary>
    public int InitStage { get; set; } = DefaultInitStage;

    /// <summary>
    /// Unless set: the serializer registered under the storage's name, else the silo's default. Indexes and JSON queries need one that writes JSON objects.
    /// </summary>
    public IGrainStorageSerializer GrainStorageSerializer { get; set; } = default!;
}
