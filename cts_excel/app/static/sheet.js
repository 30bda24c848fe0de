// A table of texts, drawn by the browser as a whole: a page of rows is one message, not hundreds.
export default {
  template: `
    <table class="sheet">
      <thead>
        <tr>
          <th v-for="column in columns" scope="col" :class="{number: column.classes === 'number'}">
            {{ column.heading }}</th>
        </tr>
      </thead>
      <tbody>
        <tr v-for="row in rows" :key="row.key" :class="row.status">
          <td v-for="(column, place) in columns" :class="column.classes">
            <button v-if="column.kind === 'opens'" type="button" class="row-link"
                    @click="$emit('open', row.key)">{{ row.cells[place] }}</button>
            <span v-else-if="column.kind === 'status'" class="chip" :class="row.status">
              {{ row.cells[place] }}</span>
            <template v-else>{{ row.cells[place] }}</template>
          </td>
        </tr>
      </tbody>
    </table>`,
  props: { columns: Array, rows: Array },
  emits: ["open"],
};
