// Judges what the log makes with the packages of Go's checksum database (golang.org/x/mod/sumdb):
// roots, proofs, signed notes, and exported logs by their tiles. Whatever is right must be accepted and
// each altered form of it refused. Reads one JSON object, writes one with counts and complaints.
package main

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io/ioutil"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

type inclusion struct {
	Index int64
	Proof []tlog.Hash
}

type consistency struct {
	Old   int64
	Proof []tlog.Hash
}

type tree struct {
	Size        int64
	Root        tlog.Hash
	Inclusion   []inclusion
	Consistency []consistency
}

type signed struct {
	Key  string
	Note string
	Good bool
}

type exported struct {
	Folder string
	Key    string
}

type question struct {
	Prefix string
	Leaves int64
	Trees  []tree
	Notes  []signed
	Logs   []exported
}

type answer struct {
	Roots, Proofs, Refused, Notes, Tiles, Entries int
	Complaints                                    []string
}

var said answer

func complain(format string, values ...interface{}) {
	said.Complaints = append(said.Complaints, fmt.Sprintf(format, values...))
}

// refused counts an altered form that is not accepted, and complains of one that is.
func refused(err error, format string, values ...interface{}) {
	if err == nil {
		complain(format, values...)
		return
	}
	said.Refused++
}

type stored []tlog.Hash

func (s stored) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	found := make([]tlog.Hash, 0, len(indexes))
	for _, index := range indexes {
		if index < 0 || index >= int64(len(s)) {
			return nil, errors.New("no such hash")
		}
		found = append(found, s[index])
	}
	return found, nil
}

func grow(prefix string, leaves int64) stored {
	var kept stored
	for i := int64(0); i < leaves; i++ {
		more, err := tlog.StoredHashes(i, []byte(prefix+strconv.FormatInt(i, 10)), kept)
		if err != nil {
			panic(err)
		}
		kept = append(kept, more...)
	}
	return kept
}

func altered(hash tlog.Hash, place int) tlog.Hash {
	hash[place%len(hash)] ^= 1 << uint(place%8)
	return hash
}

// without returns copies of a proof: one with a bit changed for each hash, one cut, one longer.
func without(proof []tlog.Hash) [][]tlog.Hash {
	var copies [][]tlog.Hash
	for i := range proof {
		changed := append([]tlog.Hash(nil), proof...)
		changed[i] = altered(changed[i], i*7+3)
		copies = append(copies, changed)
	}
	if len(proof) > 0 {
		copies = append(copies, proof[:len(proof)-1])
	}
	return append(copies, append(append([]tlog.Hash(nil), proof...), tlog.Hash{1}))
}

func same(one, other []tlog.Hash) bool {
	if len(one) != len(other) {
		return false
	}
	for i := range one {
		if one[i] != other[i] {
			return false
		}
	}
	return true
}

func judgeTree(t tree, kept stored) {
	root, err := tlog.TreeHash(t.Size, kept)
	if err != nil || root != t.Root {
		complain("root of %d leaves", t.Size)
		return
	}
	said.Roots++
	for _, one := range t.Inclusion {
		leaf := kept[tlog.StoredHashIndex(0, one.Index)]
		own, err := tlog.ProveRecord(t.Size, one.Index, kept)
		if err != nil || !same(own, one.Proof) || tlog.CheckRecord(one.Proof, t.Size, root, one.Index, leaf) != nil {
			complain("inclusion of %d in %d", one.Index, t.Size)
		}
		said.Proofs++
		for _, proof := range without(one.Proof) {
			refused(tlog.CheckRecord(proof, t.Size, root, one.Index, leaf), "altered inclusion of %d in %d", one.Index, t.Size)
		}
		refused(tlog.CheckRecord(one.Proof, t.Size, root, one.Index, altered(leaf, 5)), "other leaf %d in %d", one.Index, t.Size)
		refused(tlog.CheckRecord(one.Proof, t.Size, altered(root, 9), one.Index, leaf), "leaf %d under another root", one.Index)
	}
	for _, one := range t.Consistency {
		old, err := tlog.TreeHash(one.Old, kept)
		if err != nil {
			complain("root of %d leaves", one.Old)
			continue
		}
		own, err := tlog.ProveTree(t.Size, one.Old, kept)
		if err != nil || !same(own, one.Proof) || tlog.CheckTree(one.Proof, t.Size, root, one.Old, old) != nil {
			complain("consistency from %d to %d", one.Old, t.Size)
		}
		said.Proofs++
		for _, proof := range without(one.Proof) {
			refused(tlog.CheckTree(proof, t.Size, root, one.Old, old), "altered consistency from %d to %d", one.Old, t.Size)
		}
		refused(tlog.CheckTree(one.Proof, t.Size, root, one.Old, altered(old, 4)), "another old root of %d", one.Old)
		refused(tlog.CheckTree(one.Proof, t.Size, altered(root, 6), one.Old, old), "another new root of %d", t.Size)
	}
}

func open(whole, key string) (*note.Note, error) {
	verifier, err := note.NewVerifier(key)
	if err != nil {
		return nil, err
	}
	return note.Open([]byte(whole), note.VerifierList(verifier))
}

// folder serves the tiles of an exported log; the layout has no height in its paths. One tile may be
// damaged on its way.
type folder struct {
	root   string
	damage tlog.Tile
}

func (f *folder) Height() int { return 8 }

func (f *folder) SaveTiles([]tlog.Tile, [][]byte) {}

func (f *folder) ReadTiles(tiles []tlog.Tile) ([][]byte, error) {
	var found [][]byte
	for _, tile := range tiles {
		path := strings.Replace(tile.Path(), "tile/8/", "tile/", 1)
		data, err := ioutil.ReadFile(filepath.Join(f.root, path))
		if err != nil {
			return nil, err
		}
		if tile == f.damage {
			data = append([]byte(nil), data...)
			data[len(data)/2] ^= 16
		}
		found = append(found, data)
	}
	return found, nil
}

// width is that of tile n of a row of so many hashes.
func width(count, n int64) int {
	if count-n*256 > 256 {
		return 256
	}
	return int(count - n*256)
}

func entries(root string, n int64, width int) ([][]byte, error) {
	tile := tlog.Tile{H: 8, L: 0, N: n, W: width}
	path := strings.Replace(tile.Path(), "tile/8/0/", "tile/entries/", 1)
	data, err := ioutil.ReadFile(filepath.Join(root, path))
	var found [][]byte
	for err == nil && len(data) >= 2 {
		length := int(binary.BigEndian.Uint16(data))
		if len(data) < 2+length {
			return nil, errors.New("an entry is cut")
		}
		found = append(found, data[2:2+length])
		data = data[2+length:]
	}
	return found, err
}

func head(text string) (tlog.Tree, error) {
	lines := strings.Split(text, "\n")
	if len(lines) < 4 {
		return tlog.Tree{}, errors.New("not a checkpoint")
	}
	size, err := strconv.ParseInt(lines[1], 10, 64)
	if err != nil {
		return tlog.Tree{}, err
	}
	root, err := tlog.ParseHash(lines[2])
	return tlog.Tree{N: size, Hash: root}, err
}

func leavesOf(size int64) []int64 {
	var indexes []int64
	for i := int64(0); i < size; i++ {
		indexes = append(indexes, tlog.StoredHashIndex(0, i))
	}
	return indexes
}

// leavesIn reads the leaf hashes of an exported log and proves them against the signed tree. The reader of
// x/mod leaves some full tiles unproved (releases up to 0.7 at least: it skips as many tiles as there are
// subtrees, not as many as it has proved), so the tree is also made anew from the leaves, and each tile of
// it compared with the one in the folder.
func leavesIn(signedTree tlog.Tree, store *folder) ([]tlog.Hash, []tlog.Tile, error) {
	leaves, err := tlog.TileHashReader(signedTree, store).ReadHashes(leavesOf(signedTree.N))
	if err != nil {
		return nil, nil, err
	}
	var kept stored
	for i, leaf := range leaves {
		more, err := tlog.StoredHashesForRecordHash(int64(i), leaf, kept)
		if err != nil {
			return nil, nil, err
		}
		kept = append(kept, more...)
	}
	root, err := tlog.TreeHash(signedTree.N, kept)
	if err != nil || root != signedTree.Hash {
		return nil, nil, fmt.Errorf("the leaves do not give the root: %v", err)
	}
	var all []tlog.Tile
	for level, count := 0, signedTree.N; count > 0; level, count = level+1, count/256 {
		for n := int64(0); n*256 < count; n++ {
			all = append(all, tlog.Tile{H: 8, L: level, N: n, W: width(count, n)})
		}
	}
	held, err := store.ReadTiles(all)
	if err != nil {
		return nil, nil, err
	}
	for i, tile := range all {
		wanted, err := tlog.ReadTileData(tile, kept)
		if err != nil || !bytes.Equal(wanted, held[i]) {
			return nil, nil, fmt.Errorf("%s differs: %v", tile.Path(), err)
		}
	}
	return leaves, all, nil
}

func judgeLog(log exported) {
	whole, err := ioutil.ReadFile(filepath.Join(log.Folder, "checkpoint"))
	if err != nil {
		complain("%v", err)
		return
	}
	opened, err := open(string(whole), log.Key)
	if err != nil {
		complain("checkpoint: %v", err)
		return
	}
	signedTree, err := head(opened.Text)
	if err != nil {
		complain("checkpoint: %v", err)
		return
	}
	leaves, all, err := leavesIn(signedTree, &folder{root: log.Folder})
	if err != nil {
		complain("tiles: %v", err)
		return
	}
	said.Tiles += len(all)
	for n := int64(0); n*256 < signedTree.N; n++ {
		bodies, err := entries(log.Folder, n, width(signedTree.N, n))
		if err != nil || len(bodies) != width(signedTree.N, n) {
			complain("entries %d: %v", n, err)
			return
		}
		for i, body := range bodies {
			if tlog.RecordHash(body) != leaves[n*256+int64(i)] {
				complain("entry %d", n*256+int64(i))
			}
			said.Entries++
		}
	}
	if len(all) > 40 {
		all = append(all[:20:20], all[len(all)-20:]...)
	}
	for _, tile := range all {
		_, _, err := leavesIn(signedTree, &folder{root: log.Folder, damage: tile})
		refused(err, "damaged %s", tile.Path())
	}
}

func main() {
	var asked question
	if err := json.NewDecoder(os.Stdin).Decode(&asked); err != nil {
		panic(err)
	}
	kept := grow(asked.Prefix, asked.Leaves)
	for _, one := range asked.Trees {
		judgeTree(one, kept)
	}
	for i, one := range asked.Notes {
		opened, err := open(one.Note, one.Key)
		switch {
		case one.Good && (err != nil || !bytes.HasPrefix([]byte(one.Note), []byte(opened.Text))):
			complain("note %d: %v", i, err)
		case one.Good:
			said.Notes++
		default:
			refused(err, "altered note %d", i)
		}
	}
	for _, one := range asked.Logs {
		judgeLog(one)
	}
	if err := json.NewEncoder(os.Stdout).Encode(said); err != nil {
		panic(err)
	}
}
