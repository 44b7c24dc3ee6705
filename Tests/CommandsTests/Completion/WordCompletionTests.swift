@testable import Sweeps
import Testing

@Suite struct WordCompletionTests {
    @Test(
        arguments: [
            ("", ["gpu-1", "gpu-2", "cpu-1"]), ("g", ["gpu-1", "gpu-2"]), ("gpu-2", ["gpu-2"]),
            ("x", []), ("gpu-1,c", ["gpu-1,cpu-1"]), ("gpu-[1-2],c", ["gpu-[1-2],cpu-1"]),
            ("gpu-[1-", []), ("gpu-[1,", []), ("gpu-[1-2]!gpu-2", ["gpu-[1-2]!gpu-2"]),
            ("@", []),
        ] as [(String, [String])])
    func words(_ prefix: String, _ words: [String]) {
        let names = ["gpu-1", "gpu-2", "gpu-1", "cpu-1"]
        #expect(WordCompletion.candidates(names, for: prefix) == words)
    }

    @Test func many() {
        let names = (0..<20_000).map { "n\($0)" }
        #expect(WordCompletion.candidates(names, for: "n").count == WordCompletion.most)
    }

    @Test func fewAtATime() {
        let names = (0..<200).reversed().map { "20261127-\($0)" }
        let first = WordCompletion.candidates(names, for: "", most: ClusterCompletion.mostRuns)
        #expect(first == Array(names.prefix(20)))
        #expect(
            WordCompletion.candidates(names, for: "20261127-3", most: 20)
                == (30...39).reversed().map { "20261127-\($0)" } + ["20261127-3"])
    }
}
