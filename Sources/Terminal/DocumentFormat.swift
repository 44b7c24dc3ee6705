import ArgumentParser

/// How a listing that is one document is printed.
package enum DocumentFormat: String, CaseIterable, ExpressibleByArgument {
    case table, json
}
