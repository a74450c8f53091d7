using System.Collections.Immutable;
using BridgeMesh.Contracts;
using BridgeMesh.Exchanges;
using BridgeMesh.Yaml;

namespace BridgeMesh.Core.Contracts;

/// <summary>Makes contracts of service declarations: resolves methods, takes over those of parents, finds what is there twice.</summary>
internal sealed class ServiceAssembler(
    TypeIndex index, TypeResolver resolver, IReadOnlyDictionary<string, ValuePolicy> policiesByFile, List<SourceProblem> problems)
{
    private readonly Dictionary<string, List<ResolvedMethod>> _methods = new(StringComparer.Ordinal);
    private readonly HashSet<string> _underWay = new(StringComparer.Ordinal);
    private readonly BindingCollisions _collisions = new(problems);
    private readonly Dictionary<ServiceKey, Named> _keys = [];

    public ImmutableArray<ServiceContract> Assemble()
    {
        var contracts = ImmutableArray.CreateBuilder<ServiceContract>();
        foreach (var service in index.Services)
        {
            var methods = Methods(service);
            if (service.IsAbstract)
            {
                continue;
            }

            var key = new ServiceKey(service.Name.Text, service.Version, service.Group, service.UniqueId);
            if (!_keys.TryAdd(key, service.Name))
            {
                problems.Add(service.Name.At, $"the service {key} is there twice", $"remove it or the one at line {_keys[key].At.Line}");
            }

            foreach (var method in methods)
            {
                _collisions.Add(service, method);
            }

            var names = ProtoMethodNames.Of([.. methods.Select(static m => m.Declaration)], service.Reserved.Select(static r => r.Text));
            CheckNames(service, methods);
            contracts.Add(new ServiceContract(key, [.. methods.Select((m, i) => m.ToShape(service.HttpPrefix, names[i]))], Policy(service))
            {
                File = Path.GetFileName(service.Scope.File),
                Types = resolver.Any.Subtypes,
                ProtoName = service.ProtoName,
                Doc = service.Doc,
            });
        }

        return contracts.ToImmutable();
    }

    /// <summary>Tells of names in protobuf that two methods have, or that are reserved.</summary>
    private void CheckNames(ServiceDeclaration service, List<ResolvedMethod> methods)
    {
        var seen = service.Reserved.DistinctBy(static r => r.Text).ToDictionary(static r => r.Text, static _ => "reserved", StringComparer.Ordinal);
        foreach (var method in methods)
        {
            if (method.Declaration.ProtoName is { } name && !seen.TryAdd(name.Text, "taken"))
            {
                problems.Add(name.At, $"the name {name} in protobuf is {seen[name.Text]}", "give the method another, and never one that a method once had");
            }
        }
    }

    /// <summary>A service's methods: its parents' first, each replaced where the service declares the same one.</summary>
    private List<ResolvedMethod> Methods(ServiceDeclaration service)
    {
        if (_methods.TryGetValue(service.Name.Text, out var known))
        {
            return known;
        }

        _underWay.Add(service.Name.Text);
        var own = Own(service);
        var all = new List<ResolvedMethod>();
        foreach (var name in service.Extends)
        {
            if (Parent(service, name) is { } parent)
            {
                TakeOver(service, name, Methods(parent), own, all);
            }
        }

        all.RemoveAll(m => own.Any(o => o.Identity == m.Identity));
        all.AddRange(own);
        _underWay.Remove(service.Name.Text);
        _methods.Add(service.Name.Text, all);
        return all;
    }

    private ServiceDeclaration? Parent(ServiceDeclaration service, Named name)
    {
        var parent = index.FindService(name.Text, service.Scope);
        if (parent is null)
        {
            problems.Add(name.At, $"no service {name} is declared", NearMiss.Cure(name.Text, index.ServiceNames));
            return null;
        }

        if (_underWay.Contains(parent.Name.Text))
        {
            problems.Add(name.At, $"{service.Name} extends itself by way of {parent.Name}", "remove one of the extends");
            return null;
        }

        return parent;
    }

    private void TakeOver(
        ServiceDeclaration service, Named parent, List<ResolvedMethod> inherited, List<ResolvedMethod> own, List<ResolvedMethod> all)
    {
        foreach (var method in inherited)
        {
            var other = all.Find(m => m.Identity == method.Identity);
            if (other is null)
            {
                all.Add(method);
            }
            else if (!ReferenceEquals(other.Declaration, method.Declaration) && !own.Exists(o => o.Identity == method.Identity))
            {
                problems.Add(
                    parent.At,
                    $"{service.Name} gets {method.Name} from {other.Owner.Name} and from {method.Owner.Name}",
                    $"declare {method.Name} in {service.Name}, or extend only one of them");
            }
        }
    }

    private List<ResolvedMethod> Own(ServiceDeclaration service)
    {
        var own = new List<ResolvedMethod>();
        foreach (var declaration in service.Methods)
        {
            if (Resolve(declaration, service) is not { } method)
            {
                continue;
            }

            if (own.Find(m => m.Identity == method.Identity) is { } twin)
            {
                problems.Add(
                    declaration.Name.At,
                    $"{method.Name} with these parameter types is there twice",
                    $"remove it or the one at line {twin.Declaration.Name.At.Line}");
                continue;
            }

            own.Add(method);
        }

        return own;
    }

    private ResolvedMethod? Resolve(MethodDeclaration declaration, ServiceDeclaration service)
    {
        var parameters = new List<ParameterShape>();
        var pinned = new PinnedNumbers(declaration.Numbers, problems);
        var declared = declaration.Parameters.Select(p => pinned.Apply(p, isInherited: false)).ToList();
        pinned.CheckNames(declaration.Name.Text);
        PinnedNumbers.CheckMessage(declared, declaration.Reserved, problems);
        foreach (var parameter in declared)
        {
            if (resolver.Resolve(parameter, service.Scope) is not { } type)
            {
                continue;
            }

            if (type.Kind == ShapeKind.Void)
            {
                problems.Add(
                    parameter.Type.At,
                    $"the parameter {parameter.Name} cannot be void",
                    "remove it or give it a type with values");
            }

            parameters.Add(new ParameterShape(parameter.Name.Text, ProtoDeclarationReader.Encoded(type, parameter, problems))
            {
                Doc = parameter.Doc,
                ProtoNumber = parameter.Proto?.Number,
            });
        }

        var returns = declaration.Returns is { } written ? resolver.Resolve(written, service.Scope) : BuiltInTypes.Scalar("void");
        var exceptions = Exceptions(declaration, service);
        if (returns is null || parameters.Count != declaration.Parameters.Count)
        {
            return null;
        }

        return new ResolvedMethod(
            declaration,
            service,
            [.. parameters],
            declaration.Returns is { } result ? ProtoDeclarationReader.Encoded(returns, result, problems) : returns,
            exceptions,
            JavaSignature.Of(string.Concat(parameters.Select(static p => p.Type.JavaDescriptor))),
            HttpBindingReader.Read(declaration, parameters, problems));
    }

    private ImmutableArray<StructShape> Exceptions(MethodDeclaration declaration, ServiceDeclaration service)
    {
        var exceptions = ImmutableArray.CreateBuilder<StructShape>();
        foreach (var written in declaration.Throws)
        {
            switch (resolver.Resolve(written, service.Scope))
            {
                case { Struct: { IsException: true } exception }:
                    exceptions.Add(exception);
                    break;
                case not null:
                    problems.Add(written.At, $"{written} is no exception", "give its type exception: checked, or throw another one");
                    break;
            }
        }

        return exceptions.ToImmutable();
    }

    private ValuePolicy Policy(ServiceDeclaration service)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        return Declared(service, seen) ?? policiesByFile.GetValueOrDefault(service.Scope.File) ?? ValuePolicy.Default;
    }

    // Its own, else the first that a parent has.
    private ValuePolicy? Declared(ServiceDeclaration service, HashSet<string> seen)
    {
        if (service.Values is { } own || !seen.Add(service.Name.Text))
        {
            return service.Values;
        }

        return service.Extends
            .Select(name => index.FindService(name.Text, service.Scope))
            .Select(parent => parent is null ? null : Declared(parent, seen))
            .FirstOrDefault(static values => values is not null);
    }
}
