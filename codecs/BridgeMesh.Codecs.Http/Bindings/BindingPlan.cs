using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using BridgeMesh.Contracts;

namespace BridgeMesh.Codecs.Http.Bindings;

/// <summary>What the body of a bound request holds.</summary>
internal enum BodyForm : byte
{
    None,

    /// <summary>One parameter.</summary>
    Whole,

    /// <summary>A JSON object of named arguments.</summary>
    Members,

    /// <summary>application/x-www-form-urlencoded; as Spring, multipart/form-data with text parts is read as well.</summary>
    Form,

    /// <summary>multipart/form-data.</summary>
    Parts,
}

/// <summary>A binding prepared for both sides. Immutable; one per binding, which it lives as long as.</summary>
internal sealed class BindingPlan
{
    private static readonly ConditionalWeakTable<HttpBinding, BindingPlan> Plans = [];

    private BindingPlan(HttpBinding binding)
    {
        Binding = binding;
        Template = PathTemplate.Parse(binding.PathTemplate);
        Parameters = [.. binding.Parameters.OrderBy(p => p.Ordinal)];
        Captures = [.. Parameters.Select(p => p.Source == HttpSource.Path ? Template.CaptureOf(p.WireName) : -1)];
        Cookies = [.. Parameters.Where(p => p.Source == HttpSource.Cookie).Select(p => p.WireName)];
        HasForm = Parameters.Any(p => p.Source == HttpSource.Form);
        Body = Parameters.Select(p => p.Source).Aggregate(BodyForm.None, static (form, source) => source switch
        {
            HttpSource.Body => BodyForm.Whole,
            HttpSource.BodyMember => BodyForm.Members,
            HttpSource.Part => BodyForm.Parts,
            HttpSource.Form when form != BodyForm.Parts => BodyForm.Form,
            _ => form,
        });
    }

    internal HttpBinding Binding { get; }

    internal PathTemplate Template { get; }

    /// <summary>In the order of the method's parameters.</summary>
    internal ImmutableArray<HttpParameter> Parameters { get; }

    /// <summary>By parameter: which variable of the path it is, or -1.</summary>
    internal ImmutableArray<int> Captures { get; }

    /// <summary>Names of cookies that are parameters.</summary>
    internal ImmutableArray<string> Cookies { get; }

    internal BodyForm Body { get; }

    /// <summary>Whether some parameter is a field of a form, be it in parts or not.</summary>
    internal bool HasForm { get; }

    /// <summary>Names that other parameters have in the same part of the request.</summary>
    internal IReadOnlyCollection<string> NamesBeside(HttpParameter parameter) =>
        [.. Parameters.Where(p => p.Source == parameter.Source && p.Ordinal != parameter.Ordinal && p.WireName.Length > 0)
            .Select(p => p.WireName)];

    internal static BindingPlan Of(HttpBinding binding) => Plans.GetValue(binding, static b => new BindingPlan(b));
}
