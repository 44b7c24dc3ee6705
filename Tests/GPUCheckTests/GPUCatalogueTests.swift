import TestSupport
import Foundation
import GPUCheck
import Testing

@Suite struct GPUCatalogueTests {
    private static let package = SharedData.checkout

    private static func codes(in folder: String) throws -> Set<String> {
        let root = package.appendingPathComponent(folder)
        let files = try #require(
            FileManager.default.enumerator(at: root, includingPropertiesForKeys: nil))
        var codes: Set<String> = []
        for case let file as URL in files
        where file.pathExtension == "swift" && !file.lastPathComponent.contains("Catalogue") {
            let text = try String(contentsOf: file, encoding: .utf8)
            for match in text.matches(of: /"(gpu\.[a-z_]+)"/) { codes.insert(String(match.1)) }
        }
        return codes
    }

    @Test("Every code that the rules use is explained, and no other")
    func complete() throws {
        let used = try Self.codes(in: "Sources/GPUCheck/Rules")
        let known = GPUFindingCatalogue.all.map(\.code)
        #expect(Set(known).count == known.count)
        #expect(used.subtracting(known).isEmpty, "\(used.subtracting(known))")
        #expect(Set(known).subtracting(used).isEmpty, "\(Set(known).subtracting(used))")
    }

    @Test("The reference has every code")
    func documented() throws {
        let reference = try String(
            contentsOf: Self.package.appendingPathComponent("docs/reference.md"), encoding: .utf8)
        for kind in GPUFindingCatalogue.all {
            #expect(reference.contains("`\(kind.code)`"), "\(kind.code)")
        }
    }

    @Test func sentences() {
        for kind in GPUFindingCatalogue.all {
            #expect(kind.meaning.hasSuffix(".") && !kind.source.isEmpty && !kind.action.isEmpty)
            #expect(GPUFindingCatalogue.kind(of: kind.code) == kind)
        }
        #expect(GPUFindingCatalogue.kind(of: "gpu.nonsense") == nil)
        #expect(Set(GPUFindingCatalogue.all.map(\.check)) == Set(GPUCheckName.allCases))
    }
}
