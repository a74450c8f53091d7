using System.Collections.Frozen;
using System.Globalization;
using BridgeMesh.Plugins;
using Microsoft.AspNetCore.Http;

namespace BridgeMesh.Codecs.Web.Listening;

/// <summary>
/// Which pages of other origins may call, as browsers ask it (Fetch standard, section 3.3). Off unless <c>corsOrigins</c> is set. Settings:
/// <c>corsOrigins</c> (origins with commas, or <c>*</c>), <c>corsMethods</c>, <c>corsHeaders</c> (what a page may send; <c>*</c>, the default,
/// is what it asks for), <c>corsExpose</c> (what it may read), <c>corsCredentials</c> (true or false), <c>corsMaxAgeS</c> (0 to 86,400).
/// </summary>
public sealed class CorsPolicy
{
    private const string Origins = "corsOrigins";

    private readonly FrozenSet<string> _origins;
    private readonly bool _anyOrigin;
    private readonly string _methods;
    private readonly string _headers;
    private readonly string? _expose;
    private readonly bool _credentials;
    private readonly string _maxAgeS;

    private CorsPolicy(string[] origins, IReadOnlyDictionary<string, string> settings, string methods, int maxAgeS)
    {
        _origins = origins.ToFrozenSet(StringComparer.OrdinalIgnoreCase);
        _anyOrigin = _origins.Contains("*");
        _methods = settings.GetValueOrDefault("corsMethods", methods);
        _headers = settings.GetValueOrDefault("corsHeaders", "*");
        _expose = settings.GetValueOrDefault("corsExpose");
        _credentials = settings.GetValueOrDefault("corsCredentials") == "true";
        _maxAgeS = maxAgeS.ToString(CultureInfo.InvariantCulture);
    }

    /// <summary>Names of the settings that are read here.</summary>
    public static IReadOnlyList<string> Known { get; } = [Origins, "corsMethods", "corsHeaders", "corsExpose", "corsCredentials", "corsMaxAgeS"];

    /// <summary>The same, told for editors and documents.</summary>
    /// <param name="methods">What a page may use unless the listener is told otherwise.</param>
    public static IReadOnlyList<SettingDescription> Describe(string methods) =>
    [
        new(Origins, SettingKind.Texts, "Origins whose pages may call, such as https://shop.example, or *; turns CORS on."),
        new("corsMethods", SettingKind.Texts, "Methods that a page may use.", methods) { Needs = Origins },
        new("corsHeaders", SettingKind.Texts, "Headers that a page may send; * is what it asks for.", "*") { Needs = Origins },
        new("corsExpose", SettingKind.Texts, "Headers that a page may read beside the common ones.") { Needs = Origins },
        new("corsCredentials", SettingKind.Flag, "Whether a page may send cookies; not with every origin.", "false") { Needs = Origins },
        new("corsMaxAgeS", SettingKind.Number, "Time that a browser remembers a preflight, in s.", "600") { Min = 0, Max = 86_400, Needs = Origins },
    ];

    /// <summary>Null where the settings name no origin, and after a problem.</summary>
    /// <param name="methods">What a page may use unless the listener is told otherwise.</param>
    public static CorsPolicy? Read(SettingReader reader, string methods)
    {
        ArgumentNullException.ThrowIfNull(reader);
        var (settings, problems) = (reader.Settings.Settings, reader.Problems);
        var before = problems.Count;
        if (!settings.TryGetValue(Origins, out var text))
        {
            foreach (var name in Known.Where(settings.ContainsKey))
            {
                problems.Add(new SettingProblem(name, $"'{name}' does nothing without 'corsOrigins'", "add corsOrigins, or remove it"));
            }

            return null;
        }

        var origins = text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        foreach (var origin in origins.Where(static o => o != "*" && !IsOrigin(o)))
        {
            problems.Add(new SettingProblem("corsOrigins", $"'{origin}' is no origin", "write https://shop.example, without a path, or *"));
        }

        if (settings.TryGetValue("corsCredentials", out var credentials) && credentials is not ("true" or "false"))
        {
            problems.Add(new SettingProblem("corsCredentials", $"'corsCredentials' is '{credentials}'", "write true or false"));
        }
        else if (credentials == "true" && origins.Contains("*"))
        {
            problems.Add(new SettingProblem("corsCredentials", "credentials for every origin are no protection at all", "list the origins"));
        }

        var maxAgeS = 600;
        if (settings.TryGetValue("corsMaxAgeS", out var age)
            && !(int.TryParse(age, NumberStyles.None, CultureInfo.InvariantCulture, out maxAgeS) && maxAgeS <= 86_400))
        {
            problems.Add(new SettingProblem("corsMaxAgeS", $"'corsMaxAgeS' is '{age}'", "write a number from 0 to 86400"));
        }

        return problems.Count == before && origins.Length > 0 ? new CorsPolicy(origins, settings, methods, maxAgeS) : null;
    }

    /// <summary>
    /// Answers a preflight; true when the request was one. For any other the headers are set when its answer starts, whoever makes it, in
    /// place of a callee's own.
    /// </summary>
    public bool TryAnswer(HttpContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        var origin = context.Request.Headers.Origin.ToString();
        var isPreflight = context.Request.Method == "OPTIONS" && context.Request.Headers.ContainsKey("Access-Control-Request-Method");
        if (origin.Length == 0)
        {
            return false;
        }

        if (isPreflight)
        {
            context.Response.StatusCode = StatusCodes.Status204NoContent;
            Allow(context, origin);
            AllowRequest(context, origin);
            return true;
        }

        context.Response.OnStarting(() =>
        {
            Allow(context, origin);
            return Task.CompletedTask;
        });
        return false;
    }

    private static bool IsOrigin(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var uri)
        && uri.Scheme is "http" or "https"
        && text.Equals(uri.GetLeftPart(UriPartial.Authority), StringComparison.OrdinalIgnoreCase);

    private bool IsAllowed(string origin) => _anyOrigin || _origins.Contains(origin);

    private void Allow(HttpContext context, string origin)
    {
        var headers = context.Response.Headers;
        headers.Remove("Access-Control-Allow-Origin");
        headers.Remove("Access-Control-Allow-Credentials");
        if (!_anyOrigin)
        {
            headers.Append("Vary", "Origin");
        }

        if (!IsAllowed(origin))
        {
            return;
        }

        headers.AccessControlAllowOrigin = _anyOrigin ? "*" : origin;
        if (_credentials)
        {
            headers.AccessControlAllowCredentials = "true";
        }

        if (_expose is not null)
        {
            headers.AccessControlExposeHeaders = _expose;
        }
    }

    private void AllowRequest(HttpContext context, string origin)
    {
        if (!IsAllowed(origin))
        {
            return;
        }

        // Kestrel has checked what came: it can stand in a header again.
        var headers = context.Response.Headers;
        headers.AccessControlAllowMethods = _methods;
        headers.AccessControlAllowHeaders = _headers == "*" ? context.Request.Headers.AccessControlRequestHeaders : _headers;
        headers.AccessControlMaxAge = _maxAgeS;
    }
}
