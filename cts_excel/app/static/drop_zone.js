// A place for files: dropped, chosen, or whole folders. Each file is sent by itself, four at a time.
const AT_ONCE = 4;
const ARCHIVE = /\.(zip|zipx|rar|7z|tar|tgz|gz|bz2|xz)$/i;

export default {
  template: `
    <div class="drop" :class="{over: over, busy: busy}" @dragenter.prevent="over = true"
         @dragover.prevent="over = true" @dragleave.prevent="over = false" @drop.prevent="dropped">
      <p class="drop-label">{{ texts.label }}</p>
      <p class="drop-buttons" v-show="!busy">
        <button type="button" class="button" @click="$refs.files.click()">{{ texts.choose }}</button>
        <button type="button" class="button" v-if="texts.folder" @click="$refs.folder.click()">
          {{ texts.folder }}</button>
      </p>
      <input ref="files" type="file" :multiple="multiple" hidden tabindex="-1" :aria-label="texts.choose"
             @change="chosen">
      <input ref="folder" type="file" webkitdirectory hidden tabindex="-1" v-if="texts.folder"
             :aria-label="texts.folder" @change="chosen">
      <p class="drop-progress" v-show="busy" role="status">{{ progress }}
        <progress :value="done" :max="total" :aria-label="progress"></progress>
        <button type="button" class="button" @click="stop">{{ texts.stop }}</button></p>
    </div>`,
  props: { texts: Object, to: String, multiple: Boolean, limits: Object },
  emits: ["begin", "done"],
  data() {
    return { over: false, busy: false, done: 0, total: 0, stopper: null };
  },
  computed: {
    progress() {
      return this.texts.sending.replace("{done}", this.done).replace("{total}", this.total);
    },
  },
  methods: {
    chosen(event) {
      const files = [...event.target.files].map((file) => ({
        file,
        path: file.webkitRelativePath || file.name,
      }));
      event.target.value = "";
      this.send(files);
    },
    async dropped(event) {
      this.over = false;
      const entries = [...event.dataTransfer.items]
        .map((item) => item.webkitGetAsEntry && item.webkitGetAsEntry())
        .filter(Boolean);
      const files = entries.length
        ? (await Promise.all(entries.map((entry) => filesOf(entry)))).flat()
        : [...event.dataTransfer.files].map((file) => ({ file, path: file.name }));
      this.send(files);
    },
    stop() {
      this.stopper?.abort();
    },
    async send(files) {
      if (this.busy || !files.length) return;
      if (!this.multiple) files = files.slice(0, 1);
      Object.assign(this, { busy: true, done: 0, total: files.length });
      this.stopper = new AbortController();
      this.$emit("begin", null);
      const result = { taken: [], passed_over: 0, problems: [] };
      const queue = [...files];
      const work = async () => {
        while (queue.length && !this.stopper.signal.aborted) {
          await this.sendOne(queue.shift(), result);
          this.done += 1;
        }
      };
      await Promise.all(Array.from({ length: AT_ONCE }, work));
      result.count = result.taken.length;
      if (result.taken.length > 200) result.taken = result.taken.slice(0, 200); // enough to show
      result.problems = result.problems.slice(0, 50);
      this.busy = false;
      this.$emit("done", result);
    },
    async sendOne({ file, path }, result) {
      const archive = ARCHIVE.test(file.name);
      if (file.size > (archive ? this.limits.archive : this.limits.file)) {
        const limit = archive ? this.limits.archiveWords : this.limits.fileWords;
        result.problems.push(`${path}: ${this.texts.tooLarge.replace("{}", limit)}`);
        return;
      }
      const address = `/upload?to=${encodeURIComponent(this.to)}&path=${encodeURIComponent(path)}`;
      try {
        const options = { method: "PUT", body: file, signal: this.stopper.signal };
        const answer = await (await fetch(address, options)).json();
        if (answer.problem) result.problems.push(answer.problem);
        else if (answer.passed_over) result.passed_over += 1;
        else result.taken.push(answer);
      } catch (error) {
        if (!this.stopper.signal.aborted) result.problems.push(`${path}: ${this.texts.broken}`);
      }
    },
  },
};

async function filesOf(entry) {
  if (entry.isFile) {
    const file = await new Promise((found, failed) => entry.file(found, failed));
    return [{ file, path: entry.fullPath.replace(/^\//, "") }];
  }
  const reader = entry.createReader();
  const inside = [];
  for (;;) {
    const some = await new Promise((found, failed) => reader.readEntries(found, failed));
    if (!some.length) break;
    inside.push(...some);
  }
  return (await Promise.all(inside.map((one) => filesOf(one)))).flat();
}
