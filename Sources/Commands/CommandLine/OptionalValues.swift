/// Values of options that may stand alone, as `--recheck` and `--watch`.
///
/// The argument parser drops a value that is attached to such an option: `--recheck=nope` was taken for `--recheck`. It
/// takes one that stands apart, so that every attached one is put apart before it parses.
enum OptionalValues {
    /// The options: those that are declared with `defaultAsFlag`, in any command; a test compares.
    static let options = ["--recheck", "--watch"]

    /// A command line in which these options have their values apart.
    ///
    /// - Parameter arguments: The arguments, without the program.
    /// - Returns: The same; what stands behind `--` is another program's.
    static func detached(_ arguments: [String]) -> [String] {
        let end = arguments.firstIndex(of: "--") ?? arguments.endIndex
        return arguments[..<end].flatMap { argument -> [String] in
            for option in options where argument.hasPrefix(option + "=") {
                return [option, String(argument.dropFirst(option.count + 1))]
            }
            return [argument]
        } + arguments[end...]
    }
}
