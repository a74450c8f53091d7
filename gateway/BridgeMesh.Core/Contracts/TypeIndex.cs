using BridgeMesh.Yaml;

namespace BridgeMesh.Core.Contracts;

/// <summary>All declared types and services of a load by name. A name that is declared twice is a problem; the first one counts.</summary>
internal sealed class TypeIndex
{
    private static readonly List<TypeDeclaration> NoTypes = [];

    private readonly Dictionary<string, TypeDeclaration> _byName = new(StringComparer.Ordinal);
    // Most names that are looked for are short, and most of those are built in: each file's, by their last part.
    private readonly Dictionary<(string File, string ShortName), List<TypeDeclaration>> _byShortName = [];
    private readonly Dictionary<string, ServiceDeclaration> _services = new(StringComparer.Ordinal);
    private readonly HashSet<string> _extended = new(StringComparer.Ordinal);

    public TypeIndex(IReadOnlyList<ContractDocument> documents, List<SourceProblem> problems)
    {
        foreach (var type in documents.SelectMany(static d => d.Types))
        {
            if (_byName.TryAdd(type.Name.Text, type))
            {
                AddShortName(type);
            }
            else
            {
                var first = _byName[type.Name.Text].Name.At;
                problems.Add(
                    type.Name.At,
                    $"the type {type.Name} is declared twice",
                    $"remove this one or the one at {first.File}:{first.Line}");
            }
        }

        foreach (var service in documents.SelectMany(static d => d.Services))
        {
            if (!_services.TryAdd(service.Name.Text, service))
            {
                var first = _services[service.Name.Text].Name.At;
                problems.Add(
                    service.Name.At,
                    $"the service {service.Name} is declared twice",
                    $"remove this one or the one at {first.File}:{first.Line}");
            }
        }

        foreach (var type in _byName.Values)
        {
            if (type.Extends is { } parent && Find(parent.Name, type.Scope) is { } found)
            {
                _extended.Add(found.Name.Text);
            }
        }
    }

    public IEnumerable<TypeDeclaration> Types => _byName.Values;

    public IEnumerable<ServiceDeclaration> Services => _services.Values;

    public IReadOnlyCollection<string> ServiceNames => _services.Keys;

    /// <summary>Whether some declared type extends this one.</summary>
    public bool IsExtended(TypeDeclaration type) => _extended.Contains(type.Name.Text);

    /// <summary>A full name; or a short one, looked for in the package, then alone in the file.</summary>
    public TypeDeclaration? Find(string name, NameScope scope)
    {
        if (_byName.TryGetValue(name, out var exact))
        {
            return exact;
        }

        if (name.Contains('.', StringComparison.Ordinal))
        {
            return null;
        }

        return _byName.GetValueOrDefault($"{scope.Package}.{name}") ?? InFile(name, scope) switch
        {
            [var only] => only,
            _ => null,
        };
    }

    public ServiceDeclaration? FindService(string name, NameScope scope) =>
        _services.GetValueOrDefault(name) ?? _services.GetValueOrDefault($"{scope.Package}.{name}");

    /// <summary>Why a name is found nowhere, or in several places.</summary>
    public (string Message, string Cure) Explain(string name, NameScope scope)
    {
        var same = InFile(name, scope);
        if (same.Count > 1)
        {
            return ($"{name} may be {string.Join(" or ", same.Select(static t => t.Name.Text))}", "write the full name");
        }

        var known = _byName.Keys.Concat(_byName.Keys.Select(static n => n[(n.LastIndexOf('.') + 1)..])).Concat(BuiltInTypes.ShortNames);
        var elsewhere = _byName.Keys.FirstOrDefault(n => n.EndsWith($".{name}", StringComparison.Ordinal));
        var cure = elsewhere is not null ? $"write the full name {elsewhere}"
            : NearMiss.Of(name, known) is { } near ? $"did you mean '{near}'?"
            : "declare it under types:, or correct the name";
        return ($"no type {name} is declared", cure);
    }

    private void AddShortName(TypeDeclaration type)
    {
        // A name without a package is whole, and found as that.
        var dot = type.Name.Text.LastIndexOf('.');
        if (dot < 0)
        {
            return;
        }

        var key = (type.Scope.File, type.Name.Text[(dot + 1)..]);
        if (!_byShortName.TryGetValue(key, out var same))
        {
            _byShortName.Add(key, same = []);
        }

        same.Add(type);
    }

    private List<TypeDeclaration> InFile(string name, NameScope scope) => _byShortName.GetValueOrDefault((scope.File, name), NoTypes);
}
