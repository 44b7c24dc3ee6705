import GPUCheck
import Testing

@Suite struct XMLReaderTests {
    private func read(_ text: String) -> (root: XMLTree?, problem: XMLProblem?) {
        XMLReader().read(Array(text.utf8))
    }

    @Test func tree() throws {
        let (root, problem) = read("<a x='1'>\n one <b>2</b><b>3</b><c/> two </a>")
        #expect(problem == nil)
        let tree = try #require(root)
        #expect(tree.name == "a" && tree.attributes == ["x": "1"])
        #expect(tree.text.hasPrefix("one") && tree.text.hasSuffix("two"))
        #expect(tree.first("b")?.text == "2")
        #expect(tree.all("b").map(\.text) == ["2", "3"])
        #expect(tree.first("b", "d") == nil)
        #expect(tree.leaves(without: ["c"]).map(\.name) == ["b", "b"])
    }

    @Test func entitiesAndSections() {
        #expect(read("<a>1 &lt; 2<![CDATA[ < 3]]></a>").root?.text == "1 < 2 < 3")
    }

    @Test(arguments: [
        "<a><b>1</b><c>2", "<a><b>1</b", "<a><b>1</b></c></a>", "<a><b>1</b>&nope;</a>",
    ])
    func broken(_ text: String) {
        let (root, problem) = read(text)
        #expect(problem != nil)
        #expect(root?.name == "a")
    }

    @Test func openElements() {
        let root = read("<a><b>1</b><c>2").root
        #expect(root?.isClosed == false)
        #expect(root?.first("b")?.isClosed == true)
        #expect(root?.first("c")?.isClosed == false)
    }

    @Test(arguments: ["", "plain", "<", "<?xml version='1.0'?>", "\u{0}\u{0}"])
    func nothing(_ text: String) {
        let (root, problem) = read(text)
        #expect(root == nil)
        #expect(problem != nil)
    }

    @Test func limits() {
        var reader = XMLReader()
        reader.deepest = 3
        reader.most = 5
        reader.largest = 100
        #expect(reader.read(Array("<a><b><c/></b></a>".utf8)).problem == nil)
        #expect(reader.read(Array("<a><b><c><d/></c></b></a>".utf8)).problem == .tooDeep(limit: 3))
        #expect(reader.read(Array("<a><b/><b/><b/><b/></a>".utf8)).problem == nil)
        #expect(
            reader.read(Array("<a><b/><b/><b/><b/><b/></a>".utf8)).problem == .tooMany(limit: 5))
        let large = Array("<a>\(String(repeating: "x", count: 100))</a>".utf8)
        #expect(reader.read(large).problem == .tooLarge(limit: 100))
    }

    @Test func entityDeclarations() {
        let text = "<!DOCTYPE a [<!ENTITY b \"c\">]><a>&b;</a>"
        #expect(read(text).problem == .malformed(line: 1))
    }

    @Test(arguments: [
        "<a b></a>", "<a b=c></a>", "<a b='c></a>", "<a b='1'c='2'/>", "< a/>", "<a/><b/>", "<1/>",
        "<a/>x", "x<a/>", "<a>&#0;</a>", "<a>&#x110000;</a>", "<a>& b;</a>", "<a><!-- </a>",
        "<a><![CDATA[ </a>", "</a>", "<a></a></a>", "<a>\u{7}</a>", "<a/", "<",
        "<a><!DOCTYPE a></a>",
    ])
    func malformed(_ text: String) {
        #expect(read(text).problem != nil)
    }

    @Test(arguments: [
        "<a/>", "<a />", "<a></a >", "<a b = \"1\" c='2'/>", "\n<a/>\n", "<a><!-- <b> --></a>",
        "<?xml version='1.0'?><!DOCTYPE a SYSTEM \"a.dtd\"><a/>", "<é-1.x:y/>",
    ])
    func wellFormed(_ text: String) {
        #expect(read(text).problem == nil)
    }

    @Test func characters() {
        #expect(read("<a b='&quot;&apos;'>&amp;&#65;&#x42;é</a>").root?.text == "&ABé")
        #expect(read("<a b='&quot;&apos;'/>").root?.attributes["b"] == "\"'")
    }

    @Test(arguments: [[0xff], [0xc3], [0xed, 0xa0, 0x80]] as [[UInt8]])
    func brokenCharacters(_ broken: [UInt8]) {
        for (before, after) in [("<a>", "</a>"), ("<a", "/>"), ("<a b='", "'/>")] {
            let bytes = Array(before.utf8) + broken + Array(after.utf8)
            #expect(XMLReader().read(bytes).problem == .malformed(line: 1))
        }
    }

    @Test func line() {
        #expect(read("<a>\n<b>\n</c>\n</a>").problem == .malformed(line: 3))
    }

    @Test func zeroBytes() {
        #expect(read("<a>1\u{0}</a>").problem != nil)
        #expect(read("<a>1</a>\u{0}").problem != nil)
    }
}
