import com.caucho.hessian.io.Hessian2Input;
import java.io.ByteArrayInputStream;
import java.lang.reflect.Array;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collection;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/**
 * Decodes two streams of the final dialect, which should hold equal values, with Caucho's library. Input and output as compare.js has them;
 * pairs of the draft are left out.
 */
public final class Compare {
    public static void main(String[] args) throws Exception {
        List<String> answers = new ArrayList<>();
        for (String line : Files.readAllLines(Path.of(args[0]))) {
            String[] parts = line.split("\t", -1);
            if (parts.length == 4 && parts[1].equals("final")) {
                answers.add(parts[0] + "\t" + outcome(Base64.getDecoder().decode(parts[2]), Base64.getDecoder().decode(parts[3])));
            }
        }
        Files.write(Path.of(args[1]), answers, StandardCharsets.UTF_8);
    }

    private static String outcome(byte[] recorded, byte[] written) {
        String expected;
        try {
            expected = show(recorded);
        } catch (Throwable e) {
            return "recorded-unreadable\t" + line(e);
        }
        try {
            return show(written).equals(expected) ? "equal\t" : "different\t";
        } catch (Throwable e) {
            return "written-unreadable\t" + line(e);
        }
    }

    private static String line(Throwable e) {
        String text = String.valueOf(e).replaceAll("[\\t\\r\\n]+", " ");
        return text.substring(0, Math.min(text.length(), 200));
    }

    private static String show(byte[] bytes) throws Exception {
        ByteArrayInputStream in = new ByteArrayInputStream(bytes);
        Hessian2Input input = new Hessian2Input(in);
        StringBuilder text = new StringBuilder();
        Map<Object, Integer> seen = new IdentityHashMap<>();
        while (!input.isEnd()) {
            show(input.readObject(), text, seen);
            text.append('\n');
        }
        return text.toString();
    }

    private static void show(Object value, StringBuilder text, Map<Object, Integer> seen) throws Exception {
        if (value == null || value instanceof String || value instanceof Number || value instanceof Boolean || value instanceof Character
                || value instanceof Class || value instanceof Enum) {
            text.append(value == null ? "null" : value.getClass().getSimpleName() + ":" + value);
            return;
        }
        Integer known = seen.putIfAbsent(value, seen.size());
        if (known != null) {
            text.append('#').append(known);
            return;
        }
        text.append(value.getClass().getName());
        if (value instanceof java.util.Date) {
            text.append(((java.util.Date) value).getTime());
        } else if (value instanceof byte[]) {
            text.append(Base64.getEncoder().encodeToString((byte[]) value));
        } else if (value.getClass().isArray()) {
            text.append('[');
            for (int i = 0; i < Array.getLength(value); i++) {
                show(Array.get(value, i), text, seen);
                text.append(',');
            }
            text.append(']');
        } else if (value instanceof Collection) {
            text.append('[');
            for (Object item : (Collection<?>) value) {
                show(item, text, seen);
                text.append(',');
            }
            text.append(']');
        } else if (value instanceof Map) {
            text.append('{');
            for (Map.Entry<?, ?> entry : ((Map<?, ?>) value).entrySet()) {
                show(entry.getKey(), text, seen);
                text.append('=');
                show(entry.getValue(), text, seen);
                text.append(',');
            }
            text.append('}');
        } else {
            fields(value, text, seen);
        }
    }

    private static void fields(Object value, StringBuilder text, Map<Object, Integer> seen) throws Exception {
        text.append('(');
        for (Class<?> type = value.getClass(); type != null; type = type.getSuperclass()) {
            for (Field field : type.getDeclaredFields()) {
                if (!Modifier.isStatic(field.getModifiers()) && !Modifier.isTransient(field.getModifiers())) {
                    field.setAccessible(true);
                    text.append(field.getName()).append('=');
                    show(field.get(value), text, seen);
                    text.append(',');
                }
            }
        }
        text.append(')');
    }
}
