using System.Collections.Immutable;
using System.Text.Json;
using BridgeMesh.Exchanges;
using BridgeMesh.Plugins;
using BridgeMesh.Registries.ZooKeeper.Layouts;

namespace BridgeMesh.Registries.ZooKeeper.DubboApplication;

/// <summary>
/// Asks instances for the metadata of revisions that stand in no metadata centre, as consumers do where an instance says <c>local</c>: their
/// MetadataService, whose group is the application. One instance of those that name a revision is asked, then the next, then after a growing
/// pause the first again, for as long as the revision is wanted; what was answered stays, as a revision never changes. Safe for any thread.
/// </summary>
/// <param name="changed">Takes the application whose metadata came; called on any thread.</param>
/// <param name="tell">Takes what cannot be had, as often as it is tried.</param>
internal sealed class MetadataAnswers(IInstanceCalls calls, TimeProvider time, Action<string> changed, Action<NodeProblem> tell) : IAsyncDisposable
{
    /// <summary>Time for one answer, in ms. Source: Dubbo's own consumers wait 5 s (org.apache.dubbo.registry.Constants).</summary>
    private const int TimeoutMs = 5_000;

    /// <summary>Revisions that are asked for or known. Past it others go without, by the mapping alone.</summary>
    internal const int MaxRevisions = 10_000;

    private const string Service = "org.apache.dubbo.metadata.MetadataService";
    private const string Version = "1.0.0";
    private const string Method = "getMetadataInfo";

    private readonly Lock _lock = new();
    private readonly Dictionary<(string Application, string Revision), Question> _questions = [];
    private bool _ended;

    /// <summary>What is known; where that is nothing, it is asked for and the application told of later.</summary>
    /// <param name="instances">Those that name the revision; one or more.</param>
    internal MetadataInfo? Find(string application, string revision, IEnumerable<ApplicationNode> instances)
    {
        lock (_lock)
        {
            if (_questions.TryGetValue((application, revision), out var question))
            {
                question.Instances = [.. instances];
                return question.Answer;
            }

            if (_questions.Count < MaxRevisions && !_ended)
            {
                _questions[(application, revision)] = question = new Question { Instances = [.. instances] };
                question.Asking = Task.Run(() => AskAsync(application, revision, question), CancellationToken.None);
            }

            return null;
        }
    }

    /// <summary>Forgets the application's other revisions.</summary>
    internal void Keep(string application, IReadOnlyCollection<string> revisions)
    {
        KeyValuePair<(string Application, string Revision), Question>[] unwanted;
        lock (_lock)
        {
            unwanted = [.. _questions.Where(q => q.Key.Application == application && !revisions.Contains(q.Key.Revision))];
            Array.ForEach(unwanted, q => _questions.Remove(q.Key));
        }

        Array.ForEach(unwanted, static q => q.Value.Dispose());
    }

    public async ValueTask DisposeAsync()
    {
        Question[] questions;
        lock (_lock)
        {
            _ended = true;
            questions = [.. _questions.Values];
            _questions.Clear();
        }

        Array.ForEach(questions, static q => q.Dispose());
        await Task.WhenAll(questions.Select(static q => q.Asking)).ConfigureAwait(false);
    }

    private async Task AskAsync(string application, string revision, Question question)
    {
        var stopping = question.Unwanted;
        try
        {
            for (var turn = 0; ; turn++)
            {
                ApplicationNode node;
                int count;
                lock (_lock)
                {
                    count = question.Instances.Length;
                    node = question.Instances[turn % count];
                }

                var (info, problem) = await AskAsync(node, revision, stopping).ConfigureAwait(false);
                if (info is not null)
                {
                    lock (_lock)
                    {
                        question.Answer = info;
                    }

                    changed(application);
                    return;
                }

                tell(new NodeProblem($"{application}@{node.Host}:{node.MetadataPort}", $"does not tell its services: {problem}"));
                if ((turn + 1) % count == 0)
                {
                    await Task.Delay(Pauses.After((turn / count) + 1), time, stopping).ConfigureAwait(false);
                }
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // Nobody wants to know any longer.
        }
    }

    private async Task<(MetadataInfo? Info, string Problem)> AskAsync(ApplicationNode node, string revision, CancellationToken stopping)
    {
        var callee = new ServiceInstance
        {
            Service = new ServiceKey(Service, Version, node.Application),
            Protocol = "dubbo",
            Host = node.Host,
            Port = node.MetadataPort,
            Application = node.Application,
            Serializations = ["hessian2"],
        };
        var question = new InstanceQuestion(callee, Method, JsonSerializer.SerializeToUtf8Bytes(new[] { revision }), TimeoutMs)
        {
            ParameterTypes = ["java.lang.String"],
        };
        var answer = await calls.AskAsync(question, stopping).ConfigureAwait(false);
        return answer.Problem is { } problem ? (null, problem) : (MetadataReader.Read(answer.Json, out problem), problem);
    }

    /// <summary>Its properties are used under the lock alone, but for the token.</summary>
    private sealed class Question : IDisposable
    {
        private readonly CancellationTokenSource _unwanted = new();

        public Question() => Unwanted = _unwanted.Token;

        public CancellationToken Unwanted { get; }

        public ImmutableArray<ApplicationNode> Instances { get; set; } = [];

        public MetadataInfo? Answer { get; set; }

        public Task Asking { get; set; } = Task.CompletedTask;

        public void Dispose()
        {
            _unwanted.Cancel();
            _unwanted.Dispose();
        }
    }
}
