#!/usr/bin/env python3
"""Writes the sources of a large facade: 100 interfaces of 20 methods, and the classes, enums and exceptions that they name.

usage: facade.py DIRECTORY [INTERFACES [METHODS]]    The same sources each time.
"""
import os
import random
import sys

root = sys.argv[1]
interfaces = int(sys.argv[2]) if len(sys.argv) > 2 else 100
methods = int(sys.argv[3]) if len(sys.argv) > 3 else 20
dice = random.Random(2000)
verbs = ['find', 'get', 'list', 'create', 'update', 'cancel', 'search', 'count', 'import', 'close']
nouns = ['Order', 'Invoice', 'Customer', 'Shipment', 'Payment', 'Account', 'Price', 'Stock', 'Offer', 'Return']
scalars = ['int', 'long', 'boolean', 'double', 'Integer', 'Long', 'String', 'BigDecimal', 'Date', 'LocalDate', 'UUID', 'byte[]']
imports = 'import java.math.BigDecimal;\nimport java.time.LocalDate;\nimport java.util.*;\n'


def write(package, name, text):
    folder = os.path.join(root, *package.split('.'))
    os.makedirs(folder, exist_ok=True)
    with open(os.path.join(folder, name + '.java'), 'w', encoding='utf-8') as file:
        file.write(f'package {package};\n\n{imports}\n{text}')


def capital(word):
    return word[0].upper() + word[1:]


def value(package, classes):
    """A type as facades have them: mostly plain, often a class, sometimes a collection of either."""
    roll = dice.random()
    name = dice.choice(classes)
    if roll < 0.55:
        return dice.choice(scalars)
    if roll < 0.75:
        return name
    if roll < 0.88:
        return f'List<{name}>'
    if roll < 0.93:
        return f'Map<String, {name}>'
    return f'com.acme.facade.base.Page<{name}>'


base = 'com.acme.facade.base'
write(base, 'Page', 'public class Page<T> implements java.io.Serializable {\n    private int total;\n    private List<T> items;\n}\n')
write(base, 'Entity', 'public abstract class Entity implements java.io.Serializable {\n    private long id;\n    private Date changed;\n}\n')
write(base, 'FacadeException', 'public class FacadeException extends Exception {\n    private int code;\n    public int getCode() { return code; }\n}\n')
for i in range(interfaces):
    package = f'com.acme.facade.part{i // 10}'
    noun = f'{nouns[i % 10]}{i}'
    classes = [f'{noun}Dto', f'{noun}Query', f'{noun}Line']
    write(package, f'{noun}State', f'public enum {noun}State {{ NEW, OPEN, PAID, SHIPPED, CLOSED }}\n')
    for name in classes:
        fields = ''.join(f'    private {value(package, classes)} field{f};\n' for f in range(dice.randint(6, 14)))
        getters = ''.join(f'    public int getCount{f}() {{ return {f}; }}\n' for f in range(6))
        write(package, name, f'public class {name} extends com.acme.facade.base.Entity {{\n    private {noun}State state;\n{fields}{getters}}}\n')
    write(package, f'{noun}Exception', f'public class {noun}Exception extends com.acme.facade.base.FacadeException {{\n    private String reason;\n}}\n')
    lines = []
    for m in range(methods):
        parameters = ', '.join(f'{value(package, classes)} argument{p}' for p in range(dice.randint(0, 4)))
        throws = f' throws {noun}Exception' if dice.random() < 0.4 else ''
        result = 'void' if dice.random() < 0.1 else value(package, classes)
        lines.append(f'    {result} {verbs[m % 10]}{capital(noun)}{m}({parameters}){throws};\n')
    write(package, f'{noun}Facade', f'public interface {noun}Facade {{\n{"".join(lines)}}}\n')
