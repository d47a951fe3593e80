import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.verapdf.core.EncryptedPdfException;
import org.verapdf.core.ModelParsingException;
import org.verapdf.core.ValidationException;
import org.verapdf.gf.foundry.VeraGreenfieldFoundryProvider;
import org.verapdf.pdfa.Foundries;
import org.verapdf.pdfa.PDFAParser;
import org.verapdf.pdfa.PDFAValidator;
import org.verapdf.pdfa.flavours.PDFAFlavour;
import org.verapdf.pdfa.results.TestAssertion;
import org.verapdf.pdfa.results.ValidationResult;
import org.verapdf.pdfa.validation.profiles.RuleId;

/**
 * Says of each file named on standard input, one a line, whether veraPDF takes it for PDF/A-2b.
 *
 * <p>Prints one line per file: PASS or FAIL, the path, the rules that it breaks. Exit code 1 when one fails, 2 when none was named.
 */
public final class PdfaCheck {
    private static final PDFAFlavour LEVEL = PDFAFlavour.PDFA_2_B;

    private PdfaCheck() {}

    public static void main(String[] arguments) throws IOException, ValidationException {
        VeraGreenfieldFoundryProvider.initialise();
        List<String> paths =
                new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8)).lines().toList();
        boolean good = true;
        for (String path : paths) {
            String faults = faults(path);
            System.out.println(faults.isEmpty() ? "PASS " + path : "FAIL " + path + ": " + faults);
            good &= faults.isEmpty();
        }
        System.exit(paths.isEmpty() ? 2 : good ? 0 : 1);
    }

    private static String faults(String path) throws IOException, ValidationException {
        try (PDFAParser parser = Foundries.defaultInstance().createParser(Path.of(path).toFile(), LEVEL);
                PDFAValidator validator = Foundries.defaultInstance().createValidator(LEVEL, false)) {
            ValidationResult result = validator.validate(parser);
            return result.isCompliant() ? "" : rules(result);
        } catch (ModelParsingException | EncryptedPdfException error) {
            return "no readable PDF: " + error.getMessage();
        }
    }

    /** Returns each broken rule once: clause, how often, and the message at its first place. */
    private static String rules(ValidationResult result) {
        Map<String, String> first = new TreeMap<>();
        for (TestAssertion assertion : result.getTestAssertions()) {
            String message = assertion.getMessage() + " at " + assertion.getLocation().getContext();
            int times = result.getFailedChecks().getOrDefault(assertion.getRuleId(), 1);
            first.putIfAbsent(name(assertion.getRuleId()), "%d× %s".formatted(times, message.replaceAll("\\s+", " ")));
        }
        return first.isEmpty() ? "not compliant, no rule named" : first.toString();
    }

    private static String name(RuleId rule) {
        return "ISO 19005-2 " + rule.getClause() + " test " + rule.getTestNumber();
    }
}
