using BridgeMesh.Fuzz.Inputs;

namespace BridgeMesh.Fuzz.Hessian;

/// <summary>
/// Writes streams from the grammar of a dialect, every form of every value, with a fault here and there. Keeps count of classes, types and
/// slots as a reader would, so that most numbers mean something. Owned by one worker.
/// </summary>
internal sealed class HessianGrammar
{
    private const int MaxValues = 400;

    private readonly List<int> _classes = [];
    private InputBytes _to = new();
    private FuzzRandom _random = new();
    private bool _draft;
    private int _faultsPer10000;
    private int _types;
    private int _slots;
    private int _left;

    /// <param name="faultsPer10000">How often a number, tag or end is wrong; 0 gives valid streams.</param>
    internal void Write(InputBytes to, FuzzRandom random, bool draft, int values, int faultsPer10000)
    {
        (_to, _random, _draft, _faultsPer10000) = (to, random, draft, faultsPer10000);
        _classes.Clear();
        _types = 0;
        _slots = 0;
        for (var i = 0; i < values; i++)
        {
            _left = random.Skewed(MaxValues);
            Value(0);
        }
    }

    private bool Fault => _faultsPer10000 > 0 && _random.Below(10_000) < _faultsPer10000;

    private void Value(int depth)
    {
        _left--;
        if (Fault)
        {
            _to.Add(_random.NextByte());
        }

        switch (_left <= 0 || depth > 40 ? _random.Below(9) : _random.Below(16))
        {
            case 0:
                _to.Add(_random.Pick("NTF"u8));
                break;
            case 1:
                HessianForms.Int(_to, _random, EdgeValues.Int(_random));
                break;
            case 2:
                Long();
                break;
            case 3:
                Double();
                break;
            case 4:
                Date();
                break;
            case 5 or 6:
                Text();
                break;
            case 7:
                HessianForms.Octets(_to, _random, _draft, _random.Chance(90) ? _random.Below(20) : _random.Below(2_000));
                break;
            case 8:
                HessianForms.Reference(_to, _random, _draft, Fault || _slots == 0 ? EdgeValues.Int(_random) : _random.Below(_slots));
                break;
            case 9 or 10 or 11:
                List(depth);
                break;
            case 12 or 13:
                Map(depth);
                break;
            default:
                Object(depth);
                break;
        }
    }

    private void Long()
    {
        switch (_random.Below(5))
        {
            case 0:
                _to.Add((byte)_random.Between(0xD8, 0xEF));
                break;
            case 1:
                _to.Add((byte)_random.Between(0xF0, 0xFF));
                _to.Add(_random.NextByte());
                break;
            case 2:
                _to.Add((byte)_random.Between(0x38, 0x3F));
                _to.AddUInt16(_random.NextInt32());
                break;
            case 3:
                _to.Add(_draft ? (byte)'w' : (byte)'Y');
                _to.AddInt32(EdgeValues.Int(_random));
                break;
            default:
                _to.Add((byte)'L');
                _to.AddInt64(_random.Chance(50) ? _random.NextInt64() : EdgeValues.Int(_random));
                break;
        }
    }

    private void Double()
    {
        var first = _draft ? 0x67 : 0x5B;
        var form = _random.Below(6);
        _to.Add(form == 5 ? (byte)'D' : (byte)(first + form));
        switch (form)
        {
            case 2:
                _to.Add(_random.NextByte());
                break;
            case 3:
                _to.AddUInt16(_random.NextInt32());
                break;
            case 4:
                _to.AddInt32(EdgeValues.Int(_random));
                break;
            case 5:
                _to.AddInt64(_random.Chance(20) ? unchecked((long)0xFFF8_0000_0000_0000) >> _random.Below(20) : _random.NextInt64());
                break;
            default:
                break;
        }
    }

    private void Date()
    {
        if (!_draft && _random.Chance(30))
        {
            _to.Add((byte)'K');
            _to.AddInt32(EdgeValues.Int(_random));
            return;
        }

        _to.Add(_draft ? (byte)'d' : (byte)'J');
        _to.AddInt64(_random.Chance(70) ? _random.NextInt64() >> _random.Below(40) : EdgeValues.Int(_random));
    }

    private void Text()
    {
        Span<char> text = stackalloc char[_random.Chance(95) ? _random.Below(24) : _random.Below(1_200)];
        var plain = _random.Chance(70);
        foreach (ref var unit in text)
        {
            unit = plain ? (char)_random.Between(' ', '~') : _random.Chance(15) ? (char)_random.Between(0xD800, 0xDFFF) : (char)_random.Below(0x10000);
        }

        HessianForms.Text(_to, _random, _draft, text);
    }

    private void Type()
    {
        var byNumber = _types > 0 && _random.Chance(40);
        var number = Fault ? EdgeValues.Int(_random) : _random.Below(_types);
        if (_draft)
        {
            if (byNumber)
            {
                _to.Add(_random.Chance(90) ? (byte)'u' : (byte)'T');
                HessianForms.Int(_to, _random, number);
                return;
            }

            var name = HessianForms.TypeName(_random);
            _to.Add((byte)'t');
            _to.AddUInt16(name.Length);
            foreach (var unit in name)
            {
                _to.Add((byte)unit);
            }
        }
        else if (byNumber)
        {
            HessianForms.Int(_to, _random, number);
            return;
        }
        else
        {
            HessianForms.Text(_to, _random, _draft, HessianForms.TypeName(_random));
        }

        _types++;
    }

    private void List(int depth)
    {
        var count = _random.Skewed(12) - 1;
        var declared = Fault ? EdgeValues.Near(_random, count) : count;
        var open = false;
        switch (_random.Below(4))
        {
            case 0 when _draft && _types > 0:
                _to.Add((byte)'v');
                HessianForms.Int(_to, _random, _random.Below(_types));
                HessianForms.Int(_to, _random, declared);
                break;
            case var form when _draft:
                _to.Add((byte)'V');
                open = true;
                if (form < 3)
                {
                    Type();
                }

                DraftCount(declared);
                break;
            case 0:
                _to.Add(_random.Chance(50) ? (byte)'U' : (byte)'W');
                open = true;
                if (_to.Span[^1] == 'U')
                {
                    Type();
                }

                break;
            case 1 when count < 8:
                _to.Add((byte)(0x70 + count));
                Type();
                break;
            case 2 when count < 8:
                _to.Add((byte)(0x78 + count));
                break;
            default:
                var typed = _random.Chance(50);
                _to.Add(typed ? (byte)'V' : (byte)'X');
                if (typed)
                {
                    Type();
                }

                HessianForms.Int(_to, _random, declared);
                break;
        }

        _slots++;
        for (var i = 0; i < count && _left > 0; i++)
        {
            Value(depth + 1);
        }

        // What the values' budget cut off is null.
        for (var i = 0; i < count && _left <= 0; i++)
        {
            _to.Add((byte)'N');
        }

        End(open);
    }

    private void DraftCount(int declared)
    {
        if (declared is >= 0 and < 256 && _random.Chance(70))
        {
            _to.Add((byte)'n');
            _to.Add((byte)declared);
        }
        else if (_random.Chance(80))
        {
            _to.Add((byte)'l');
            _to.AddInt32(declared);
        }
    }

    private void Map(int depth)
    {
        if (_draft || _random.Chance(50))
        {
            _to.Add((byte)'M');
            if (!_draft || _random.Chance(60))
            {
                Type();
            }
        }
        else
        {
            _to.Add((byte)'H');
        }

        _slots++;
        for (var i = _random.Skewed(8) - 1; i > 0 && _left > 0; i--)
        {
            Value(depth + 1);
            Value(depth + 1);
        }

        End(open: true);
    }

    private void Object(int depth)
    {
        if (_classes.Count == 0 || _random.Chance(30))
        {
            Definition();
        }

        var cls = _random.Below(_classes.Count);
        var number = Fault ? EdgeValues.Int(_random) : cls;
        if (!_draft && number is >= 0 and < 16 && _random.Chance(80))
        {
            _to.Add((byte)(0x60 + number));
        }
        else
        {
            _to.Add(_draft ? (byte)'o' : (byte)'O');
            HessianForms.Int(_to, _random, number);
        }

        _slots++;
        for (var i = 0; i < _classes[cls]; i++)
        {
            Value(depth + 1);
        }
    }

    private void Definition()
    {
        var name = HessianForms.TypeName(_random);
        _to.Add(_draft ? (byte)'O' : (byte)'C');
        if (_draft)
        {
            HessianForms.Int(_to, _random, Fault ? EdgeValues.Near(_random, name.Length) : name.Length);
            foreach (var unit in name)
            {
                _to.Add((byte)unit);
            }
        }
        else
        {
            HessianForms.Text(_to, _random, _draft, name);
        }

        var count = _random.Skewed(12) - 1;
        HessianForms.Int(_to, _random, Fault ? EdgeValues.Near(_random, count) : count);
        for (var i = 0; i < count; i++)
        {
            HessianForms.Text(_to, _random, _draft, HessianForms.FieldName(_random));
        }

        _classes.Add(count);
    }

    private void End(bool open)
    {
        if (open != Fault)
        {
            _to.Add(_draft ? (byte)'z' : (byte)'Z');
        }
    }
}
