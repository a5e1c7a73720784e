package org.sourceos.config.options;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.sourceos.config.diagnostic.Quoted;

/** What the value of an option may be, and with that how several definitions of it become one value. */
public sealed interface OptionType {
    OptionType TEXT = new Text();
    OptionType FLAG = new Flag();
    OptionType WHOLE = new Whole(Long.MIN_VALUE, Long.MAX_VALUE);
    OptionType NUMBER = new Number();
    OptionType PATH = new FilePath();
    OptionType SECRET = new Secret();
    OptionType PACKAGE = new Package();
    OptionType ANYTHING = new Anything();

    /** With its article, for {@code wants …}. */
    String described();

    /** More than one of them, for {@code a list of …}. */
    String plural();

    /** Any text. */
    record Text() implements OptionType {
        @Override
        public String described() {
            return "a string";
        }

        @Override
        public String plural() {
            return "strings";
        }
    }

    /**
     * A text of a certain form.
     *
     * @param pattern that the whole text matches, as {@link java.util.regex.Pattern} has it
     * @param described with its article: {@code a host name}
     * @param plural more than one: {@code host names}
     * @param example a text that has the form
     */
    record Form(String pattern, String described, String plural, String example) implements OptionType {}

    /** True or false. */
    record Flag() implements OptionType {
        @Override
        public String described() {
            return "true or false";
        }

        @Override
        public String plural() {
            return "Booleans";
        }
    }

    /** An integer of a range, both ends included. */
    record Whole(long least, long most) implements OptionType {
        @Override
        public String described() {
            if (least == Long.MIN_VALUE && most == Long.MAX_VALUE) {
                return "an integer";
            }
            return most == Long.MAX_VALUE
                    ? "an integer of at least " + least
                    : "an integer between " + least + " and " + most;
        }

        @Override
        public String plural() {
            return described().replaceFirst("an integer", "integers");
        }
    }

    /** An integer or a float. */
    record Number() implements OptionType {
        @Override
        public String described() {
            return "a number";
        }

        @Override
        public String plural() {
            return "numbers";
        }
    }

    /** One of some texts. */
    record Choice(List<String> values) implements OptionType {
        public Choice {
            values = List.copyOf(values);
        }

        @Override
        public String described() {
            return values.stream().map(Quoted::of).collect(Collectors.joining(" or "));
        }

        @Override
        public String plural() {
            return "each " + described();
        }
    }

    /** One of some integers. */
    record NumberChoice(List<Long> values) implements OptionType {
        public NumberChoice {
            values = List.copyOf(values);
        }

        @Override
        public String described() {
            return values.stream().map(String::valueOf).collect(Collectors.joining(" or "));
        }

        @Override
        public String plural() {
            return "each " + described();
        }
    }

    /** A path of the language; whether anything is there is not looked at. */
    record FilePath() implements OptionType {
        @Override
        public String described() {
            return "a path";
        }

        @Override
        public String plural() {
            return "paths";
        }
    }

    /**
     * Something that must not be read by who reads the configuration, by the file it is in: an absolute path of the machine, as
     * a text or a path, or a file of the repository that is encrypted ({@code *.age}). What is in the file is read when it is
     * needed and never evaluated; where something else stands, it is not repeated in the message.
     */
    record Secret() implements OptionType {
        /** What an encrypted file's name ends with. */
        public static final String ENCRYPTED = ".age";

        @Override
        public String described() {
            return "the file that a secret is in";
        }

        @Override
        public String plural() {
            return "files that secrets are in";
        }
    }

    /** A package of the catalogue, perhaps with settings. */
    record Package() implements OptionType {
        @Override
        public String described() {
            return "a package";
        }

        @Override
        public String plural() {
            return "packages";
        }
    }

    /** Whatever can be written as JSON. */
    record Anything() implements OptionType {
        @Override
        public String described() {
            return "any value";
        }

        @Override
        public String plural() {
            return "any values";
        }
    }

    /** A list; several definitions are put one after the other. */
    record ListOf(OptionType element) implements OptionType {
        @Override
        public String described() {
            return "a list of " + element.plural();
        }

        @Override
        public String plural() {
            return "lists of " + element.plural();
        }
    }

    /** A set with any names; several definitions are joined name by name. */
    record SetOf(OptionType element) implements OptionType {
        @Override
        public String described() {
            return "a set of " + element.plural();
        }

        @Override
        public String plural() {
            return "sets of " + element.plural();
        }
    }

    /** The type, or null. */
    record OrNull(OptionType type) implements OptionType {
        @Override
        public String described() {
            return type.described() + " or null";
        }

        @Override
        public String plural() {
            return type.plural() + " or null";
        }
    }

    /** The first of the types that a value has on its outside. */
    record OneOf(List<OptionType> types) implements OptionType {
        public OneOf {
            types = List.copyOf(types);
        }

        @Override
        public String described() {
            return types.stream().map(OptionType::described).collect(Collectors.joining(" or "));
        }

        @Override
        public String plural() {
            return types.stream().map(OptionType::plural).collect(Collectors.joining(" or "));
        }
    }

    /**
     * A set whose names are options of their own.
     *
     * @param noun with its article, for messages: {@code a machine}
     * @param shortForm what a package stands for where the set is wanted
     */
    record Group(String noun, String nouns, OptionSet options, ShortForm shortForm) implements OptionType {
        public Group(String noun, String nouns, OptionSet options) {
            this(noun, nouns, options, ShortForm.NONE);
        }

        @Override
        public String described() {
            return switch (shortForm) {
                case NONE -> noun;
                case PACKAGE, SETTINGS -> noun + " or a package";
            };
        }

        @Override
        public String plural() {
            return nouns;
        }
    }

    /** What a package means where a {@link Group} is wanted. */
    enum ShortForm {
        /** A mistake. */
        NONE,
        /** The group with the package as its option {@code package}. */
        PACKAGE,
        /** The package's settings. */
        SETTINGS
    }

    static OptionType oneOf(OptionType... types) {
        return new OneOf(List.of(types));
    }

    static OptionType listOf(OptionType element) {
        return new ListOf(element);
    }

    static OptionType setOf(OptionType element) {
        return new SetOf(element);
    }

    static OptionType choice(String... values) {
        return new Choice(new ArrayList<>(List.of(values)));
    }
}
