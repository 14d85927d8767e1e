import js from '@eslint/js'
import vue from 'eslint-plugin-vue'
import accessibility from 'eslint-plugin-vuejs-accessibility'
import globals from 'globals'
import typescript from 'typescript-eslint'

export default typescript.config(
  { ignores: ['node_modules', 'src/api-types.d.ts', 'components.d.ts'] },
  js.configs.recommended,
  typescript.configs.recommended,
  vue.configs['flat/essential'],
  accessibility.configs['flat/recommended'],
  {
    files: ['**/*.{ts,vue,mjs,js}'],
    languageOptions: { globals: { ...globals.browser, ...globals.node }, parserOptions: { parser: typescript.parser } },
    rules: {
      'vue/multi-word-component-names': 'off',
      'vue/no-v-html': 'error',
      'vue/no-static-inline-styles': 'error', // the policy allows no style attributes
      'no-undef': 'off', // vue-tsc knows better
      'no-irregular-whitespace': 'off', // the full-width space is how Chinese is set
      // Fields are tied to their labels by ids that the form-field block gives.
      'vuejs-accessibility/form-control-has-label': 'off',
      'vuejs-accessibility/label-has-for': 'off',
    },
  },
)
