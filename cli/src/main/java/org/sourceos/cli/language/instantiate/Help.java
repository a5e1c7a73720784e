package org.sourceos.cli.language.instantiate;

import org.sourceos.cli.SourceOs;
import org.sourceos.config.nix.EvalException;
import org.sourceos.config.nix.Evaluator;
import org.sourceos.config.nix.NixText;
import org.sourceos.config.nix.NixValue;
import org.sourceos.config.nix.ParseException;
import org.sourceos.config.nix.PrintStyle;

/** What {@code --help} and {@code --version} print. */
final class Help {
    private Help() {}

    static String text() {
        return """
                Usage: nix-instantiate --eval|--parse|--find-file [OPTION]... [FILE]...
                Evaluate or parse texts in the Nix language, without Nix: the evaluator is SourceOS's own.

                  --eval               print the value of each FILE (a directory means its default.nix)
                  --parse              print each FILE with all parentheses
                  --find-file          print the path that <FILE> stands for
                  -E, --expr           the FILEs are expressions
                  -                    read standard input too
                  -A, --attr PATH      this attribute of the value; can be repeated
                  --arg NAME EXPR      an argument for a value that is a function
                  --argstr NAME TEXT   the same, as a string (--arg-from-file NAME FILE, --arg-from-stdin NAME)
                  -I [NAME=]PATH       where <NAME> is looked up, before NIX_PATH
                  --strict             evaluate everything in the value too
                  --json, --xml, --raw other forms of the value (--no-location: no places in XML)
                  --show-trace         on an error, everything that was being evaluated
                  --trace-verbose      let builtins.traceVerbose speak
                  --abort-on-warn      let builtins.warn end the evaluation
                  --option NAME VALUE  a setting of Nix; those about building have no meaning here

                Without FILE, ./default.nix. Exit status: 0, or 1 for any error.
                There is no store: nothing is instantiated, fetched or built.
                """;
    }

    /** First as Nix says it, for who asks which language is understood. */
    static String version(Evaluator evaluator) throws ParseException, EvalException {
        NixValue language = evaluator.eval(NixText.of("«version»", "/", "builtins.nixVersion"));
        String number = evaluator.print(language, true, PrintStyle.INSTANTIATE).replace("\"", "");
        return "nix-instantiate (Nix) " + number + "\nThe language of that version, evaluated by SourceOS "
                + SourceOs.Version.NUMBER;
    }
}
