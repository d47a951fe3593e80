import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.odftoolkit.odfvalidator.Logger.LogLevel;
import org.odftoolkit.odfvalidator.ODFValidator;
import org.odftoolkit.odfvalidator.ODFValidatorException;
import org.odftoolkit.odfvalidator.OdfValidatorMode;

/**
 * Says of each file named on standard input, one a line, whether the ODF Toolkit's validator takes it for conforming (not: extended)
 * OpenDocument of the version that it declares.
 *
 * <p>Prints one line per file, PASS or FAIL and the path, then what the validator said of it, indented. Exit code 1 when one fails, 2
 * when none was named.
 */
public final class OdfCheck {
    private OdfCheck() {}

    public static void main(String[] arguments) throws IOException, ODFValidatorException {
        List<String> paths =
                new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8)).lines().toList();
        boolean good = true;
        for (String path : paths) {
            ByteArrayOutputStream said = new ByteArrayOutputStream();
            boolean fails = fails(Path.of(path), said);
            System.out.println((fails ? "FAIL " : "PASS ") + path);
            said.toString(StandardCharsets.UTF_8).lines().forEach(line -> System.out.println("    " + line));
            good &= !fails;
        }
        System.exit(paths.isEmpty() ? 2 : good ? 0 : 1);
    }

    private static boolean fails(Path path, ByteArrayOutputStream said) throws IOException, ODFValidatorException {
        // a validator remembers the version of its first file: one for each
        ODFValidator validator = new ODFValidator(null, LogLevel.WARNING, null);
        try (InputStream file = Files.newInputStream(path);
                PrintStream output = new PrintStream(said, true, StandardCharsets.UTF_8)) {
            return validator.validateStream(
                    output, file, path.getFileName().toString(), OdfValidatorMode.CONFORMANCE, null);
        }
    }
}
